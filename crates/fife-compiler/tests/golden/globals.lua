x = 1
y = x
x.y.z = y.x
function f() return x end
