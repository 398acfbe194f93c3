-- A Lua function that tail called a native returns the native's results, and a hook is told so.
local seen = {}
local function joined() return table.concat({1, 2}, "-") end
local function all(...) return select(2, ...) end
local function told()
  local info = debug.getinfo(2, "nSr")
  if info.what == "Lua" then
    local values = {}
    for i = info.ftransfer, info.ftransfer + info.ntransfer - 1 do
      values[#values + 1] = table.concat({debug.getlocal(2, i)}, " ")
    end
    seen[#seen + 1] = info.name .. " " .. info.ntransfer .. " " .. table.concat(values, ", ")
  end
end
debug.sethook(told, "r")
joined()
all("a", "b", "c")
all("a")
debug.sethook()
print(seen[1]) -- expect: joined 1 (temporary) 1-2
print(seen[2]) -- expect: all 2 (temporary) b, (temporary) c
print(seen[3] == "all 0 ") -- expect: true
