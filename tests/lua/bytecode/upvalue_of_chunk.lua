local x = 1
function Global_set(v) x = v end
function Global_get() return x end
Global_set(42)
print(Global_get(), x) -- expect: 42	42
x = "direct"
print(Global_get()) -- expect: direct
