do
  local a <close> = f()
  local b <close>, c = g()
  print(a, b)
end
for i = 1, 2 do
  local x <close> = f()
  if i == 1 then break end
end
while a do local x <close> = f(); if x then goto continue end; g() ::continue:: end
repeat local x <close> = f() until x
local function r1() local x <close> = f(); return x end
local function r2() local x <close> = f(); return x, 1 end
local function r3() local x <close> = f(); return g() end
local function r0() local x <close> = f(); return end
