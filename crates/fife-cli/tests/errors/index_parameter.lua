local function name_of(user)
  return user.name
end
print(name_of())
