-- The line of an error is that of PUC-Rio Lua's instruction.
local nothing
local function line(f) return select(2, pcall(f)):match(":(%d+):") end
print(line(function()
  local x = nothing.field
    :method()
end)) -- expect: 6
print(line(function()
  if nothing.field
  then
    return
  end
end)) -- expect: 10
print(line(function()
  return 1
    < nothing
end)) -- expect: 16
print(line(function()
  return nothing
    < (
    1)
end)) -- expect: 21
print(line(function()
  nothing.field =
    1
end)) -- expect: 25
print(line(function()
  print(nothing.field
    , 1)
end)) -- expect: 29
print(line(function()
  return {
    nothing.field
  }
end)) -- expect: 34
print(line(function()
  return { [nothing] =
    1 }
end)) -- expect: 38
print(line(function()
  for _ in
    nothing
  do
  end
end)) -- expect: 42
print(line(function()
  return nothing
    + 1
end)) -- expect: 48
print(line(function()
  nothing
  (
    1
  )
end)) -- expect: 52
