repeat
  step()
end
