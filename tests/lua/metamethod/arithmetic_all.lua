local log = {}
local mt = {}
for _, e in ipairs {
  "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "concat",
} do
  mt["__" .. e] = function() return e end
end
local a = setmetatable({}, mt)
print(a + a, a - a, a * a, a / a, a % a, a ^ a, -a, a // a) -- expect: add	sub	mul	div	mod	pow	unm	idiv
print(a & a, a | a, a ~ a, a << a, a >> a, ~a, a .. a) -- expect: band	bor	bxor	shl	shr	bnot	concat
print(a + 1, 1 - a, a * 2.5, 2 / a, a % 3, 3 ^ a, a // 1, 7 & a, a | 7, 7 ~ a, a << 1, 1 >> a, "s" .. a, a .. 1) -- expect: add	sub	mul	div	mod	pow	idiv	band	bor	bxor	shl	shr	concat	concat
