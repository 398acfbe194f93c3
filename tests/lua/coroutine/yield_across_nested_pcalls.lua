local co = coroutine.wrap(function()
  return pcall(pcall, pcall, function() coroutine.yield(1) error("deep", 0) end)
end)
print(co()) -- expect: 1
print(co()) -- expect: true	true	false	deep
