-- Closing a pipe returns how its command ended.
print(io.popen("exit 3"):close()) -- expect: nil	exit	3
print(io.popen("exit 129", "w"):close()) -- expect: nil	exit	129
print(io.popen("kill -s KILL $$"):close()) -- expect: nil	signal	9
print(io.popen("cat > /dev/null", "w"):close()) -- expect: true	exit	0
local f = io.popen("exit 7", "w")
-- Whether the command is still there to read does not matter.
f:write(("x"):rep(100))
print(f:close()) -- expect: nil	exit	7
do
  local f <close> = io.popen("exit 1")
end
