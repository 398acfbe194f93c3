-- A jump to a jump back whose target is still ahead.
local function f(a)
  if a == 1 then
    goto first
  else
    goto second
    ::third:: a = a * 2; goto fourth
    ::second:: goto third
    ::fourth::
  end
  do return a end
  ::first:: return "1"
end
print(f(1), f(5)) -- expect: 1	10
