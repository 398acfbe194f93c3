local set, get
do
  local v = 0
  set = function(x) v = x end
  get = function() return v end
end
set(5) print(get()) set("x") print(get())
-- expect: 5
-- expect: x
