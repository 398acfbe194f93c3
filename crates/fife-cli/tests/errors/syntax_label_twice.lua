::again::
print(1)
::again::
