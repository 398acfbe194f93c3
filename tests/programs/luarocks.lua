-- Commands of LuaRocks that need neither rocks nor a network.
local program = assert(os.getenv("LUAROCKS"))
arg = {[0] = program}
os.exit = function(status) error({status = status}, 0) end
for _, command in ipairs {"help", "help install", "help build", "list", "config", "path", "which luaunit", "show nothing", "lint nothing.rockspec", "nonsense", "--nonsense", ""} do
  print("----", command)
  local words = {"--lua-version=5.4"}
  for word in command:gmatch("%S+") do words[#words + 1] = word end
  -- In a coroutine, since LuaRocks finds its name at the bottom of the stack, where each host has something else.
  local ok, problem = coroutine.wrap(pcall)(assert(loadfile(program)), table.unpack(words))
  print(ok, type(problem) == "table" and problem.status or problem)
end
