-- hostile: fuel=400M memory=32M expect=ok
-- Thousands of functions in one source: their compiled form must not stay in the allocator. Then memory is filled.
local source = "return {" .. ("function()end,"):rep(18000) .. "}"
for _ = 1, 3 do assert(load(source)) end
source = nil
local function fill()
  local all = {}
  while true do all[#all + 1] = {1, 2, 3} end
end
pcall(fill)
pcall(fill)
print("ok")
