print(pcall(function() error("s") end)) -- expect: false	positions_only_on_strings.lua:1: s
print(pcall(function() error(5) end)) -- expect: false	5
print(select("#", pcall(function() error() end)), pcall(function() error() end)) -- expect: 2	false	nil
print(type(select(2, pcall(function() error({}) end)))) -- expect: table
