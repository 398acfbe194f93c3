local rows = {{1}, {2}}
print(rows[3][1])
