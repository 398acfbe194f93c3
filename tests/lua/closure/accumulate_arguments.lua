local function curry(n, f, ...)
  local args = { ... }
  if n == 0 then return f(table.unpack(args)) end
  return function(x)
    local copy = { table.unpack(args) }
    copy[#copy + 1] = x
    return curry(n - 1, f, table.unpack(copy))
  end
end
print(curry(3, function(a, b, c) return a .. b .. c end)("x")("y")("z")) -- expect: xyz
