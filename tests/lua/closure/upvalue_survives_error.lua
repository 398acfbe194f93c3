local get
pcall(function()
  local v = "before"
  get = function() return v end
  v = "after"
  error("gone")
end)
print(get()) -- expect: after
