local function find() end
print(find("x").name)
