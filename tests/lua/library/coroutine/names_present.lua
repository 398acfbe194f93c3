local missing = {}
for _, n in ipairs {
  "close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield",
} do
  if type(coroutine[n]) ~= "function" then missing[#missing + 1] = n end
end
print(#missing) -- expect: 0
