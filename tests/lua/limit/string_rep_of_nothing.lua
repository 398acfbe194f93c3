-- fife only
-- PUC would copy nothing for centuries.
print(#string.rep("", 1 << 62)) -- expect: 0
print(#string.rep("", math.maxinteger, "")) -- expect: 0
