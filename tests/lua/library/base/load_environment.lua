local env = { v = "from env" }
print(load("return v", "c", "t", env)()) -- expect: from env
print(load("v = 'set' return v", "c", "t", env)(), env.v, v) -- expect: set	set	nil
print(pcall(load("return v.x", "=c", "t", {}))) -- expect: false	c:1: attempt to index a nil value (global 'v')
print(pcall(load("return v", "=c", "t", nil))) -- expect: false	c:1: attempt to index a nil value (upvalue '_ENV')
print(pcall(load("return v", "=c", "t", 5))) -- expect: false	c:1: attempt to index a number value (upvalue '_ENV')
local f = load("return _ENV", "c", "bt", env)
print(f() == env, load("return _ENV")() == _G) -- expect: true	true
