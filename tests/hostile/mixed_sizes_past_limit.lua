-- hostile: fuel=100M memory=32M expect=error:not enough memory
-- Strings of every size, and now and then an empty one, which went past the limit and brought in a segment for others.
local l, i = nil, 0
while true do
  i = i + 1
  l = {l, ('x'):rep(i % 200) .. i}
end
