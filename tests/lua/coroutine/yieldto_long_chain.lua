-- fife only
-- Transfers do not nest: a thousand of them need no depth.
local first
local function link(n)
  return coroutine.create(function()
    if n == 0 then return "end of chain" end return coroutine.yieldto(link(n - 1))
  end)
end
print(coroutine.resume(link(200))) -- expect: true	end of chain
