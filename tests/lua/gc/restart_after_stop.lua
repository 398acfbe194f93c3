-- heavy
-- gc-visible: what is in use is bounded only where the collector runs
-- Garbage made while the collector was stopped, for however long, goes soon after it is restarted.
collectgarbage()
local before = collectgarbage("count")
collectgarbage("stop")
for _ = 1, 40000 do local a = {} end
collectgarbage("restart")
local rounds = 0
repeat
  local a = {}
  rounds = rounds + 1
until collectgarbage("count") < before + 500 or rounds == 100000
print(rounds < 100000) -- expect: true
