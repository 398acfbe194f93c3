print(pcall(os.time, { year = 2147485547, month = 12, day = 2147483647 })) -- expect: false	time result cannot be represented in this installation
print(pcall(os.time, { year = 2147485547, month = 2147483647, day = 1 })) -- expect: false	time result cannot be represented in this installation
