while true do --[[ never
  print(1)
end
