local inf = math.huge
print(inf, -inf, inf + inf, inf - 1, inf > math.maxinteger, -inf < math.mininteger) -- expect: inf	-inf	inf	inf	true	true
print(inf // 1, -inf // 1, 1 // inf, -1 // inf, 1 % inf, -1 % inf) -- expect: inf	-inf	0.0	-0.0	1.0	inf
print(1e308 + 1e308, -1e308 * 10, 2^1024, inf == 2^1024, inf ^ 0, 0 * -1.0) -- expect: inf	-inf	inf	true	1.0	-0.0
print(pcall(function() return inf | 0 end)) -- expect: false	infinity.lua:5: number (upvalue 'inf') has no integer representation
