-- heavy
-- A finalizer runs between two instructions of the code it interrupts. There it finds only the variables in scope:
-- here, none of the block before the loop.
local names = {}
for i = 1, 100 do names[i] = "a" .. i end
local list = table.concat(names, ", ")
local count, wrong = 0, 0
local function finalizer()
  count = count + 1
  for level = 2, 4 do
    for number = 1, 110 do
      local is_level, name = pcall(debug.getlocal, level, number)
      if not is_level or not name then break end
      if name == "a50" then wrong = wrong + 1 end
      if name == "a51" then debug.setlocal(level, number, names) end
    end
  end
  setmetatable({}, {__gc = finalizer})
end
local loop = load("local nothing, start = ... local turns, t = 0, nil do local " .. list .. " nothing(" .. list
  .. ") end while turns < 60000 do turns = turns + 1 if turns == 1 then start() end t = {} end return turns")
print(loop(function() end, function() setmetatable({}, {__gc = finalizer}) end), count > 0, wrong) -- expect: 60000	true	0
