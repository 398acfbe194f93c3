local t = { name = "n", nested = { deep = { value = 7 } } }
print(t.name, t.nested.deep.value, t.none) -- expect: n	7	nil
local long = { a_name_that_is_longer_than_forty_bytes_for_sure_it_is = 1 }
print(long.a_name_that_is_longer_than_forty_bytes_for_sure_it_is) -- expect: 1
print(("x").rep("ab", 2)) -- expect: abab
