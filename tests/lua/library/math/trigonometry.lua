print(math.sin(0), math.cos(0), math.tan(0), math.asin(0), math.acos(1), math.atan(0)) -- expect: 0.0	1.0	0.0	0.0	0.0	0.0
print(string.format("%.10f %.10f %.10f", math.sin(1), math.cos(1), math.tan(1))) -- expect: 0.8414709848 0.5403023059 1.5574077247
print(string.format("%.10f %.10f %.10f", math.asin(0.5), math.acos(0.5), math.atan(0.5))) -- expect: 0.5235987756 1.0471975512 0.4636476090
print(math.atan(1, 1) == math.pi / 4, math.atan(1, -1) == 3 * math.pi / 4) -- expect: true	true
print(math.atan(-1, 0) == -math.pi / 2, math.atan(0, -1) == math.pi, math.atan(0.0, 1)) -- expect: true	true	0.0
print(math.sin(math.pi) < 1e-15, math.asin(2) ~= math.asin(2), math.deg(math.pi)) -- expect: true	true	180.0
print(math.rad(180) == math.pi, math.deg(1) > 57) -- expect: true	true
print(pcall(math.sin)) -- expect: false	bad argument #1 to 'math.sin' (number expected, got no value)
print(pcall(math.cos, "x")) -- expect: false	bad argument #1 to 'math.cos' (number expected, got string)
print(pcall(math.atan)) -- expect: false	bad argument #1 to 'math.atan' (number expected, got no value)
print(pcall(math.deg)) -- expect: false	bad argument #1 to 'math.deg' (number expected, got no value)
print(pcall(math.rad, nil)) -- expect: false	bad argument #1 to 'math.rad' (number expected, got nil)
print(pcall(math.tan)) -- expect: false	bad argument #1 to 'math.tan' (number expected, got no value)
print(pcall(math.asin)) -- expect: false	bad argument #1 to 'math.asin' (number expected, got no value)
print(pcall(math.acos)) -- expect: false	bad argument #1 to 'math.acos' (number expected, got no value)
