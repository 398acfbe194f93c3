print(pcall(table.concat, {}, "", 1, math.maxinteger)) -- expect: false	invalid value (nil) at index 1 in table for 'concat'
print(pcall(table.concat, { 1, 2 }, ",", math.maxinteger - 1, math.maxinteger)) -- expect: false	invalid value (nil) at index 9223372036854775806 in table for 'concat'
print(table.concat({}, ",", math.maxinteger, math.mininteger) == "") -- expect: true
print(table.concat({ [math.maxinteger] = "last" }, ",", math.maxinteger, math.maxinteger)) -- expect: last
