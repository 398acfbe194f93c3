if ready
  print("go")
end
