-- The smallest program, and the second smallest.
print("Hello from " .. _VERSION .. "!")

for _, name in ipairs { "Ana", "Bento", "Clara" } do
  print(("Olá, %-6s the moon has %d names."):format(name .. "!", #name))
end
