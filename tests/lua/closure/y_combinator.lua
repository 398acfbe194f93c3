local function Y(f)
  return (function(x) return x(x) end)(function(x) return f(function(...) return x(x)(...) end) end)
end
print(Y(function(self) return function(n) if n == 0 then return 1 end return n * self(n - 1) end end)(10)) -- expect: 3628800
