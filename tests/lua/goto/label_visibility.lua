do
  goto inner
  print("skipped")
  ::inner::
end
do ::same:: end
do ::same:: end
local function f() ::same:: return "own labels" end
print(f()) -- expect: own labels
::same::
print("last") -- expect: last
