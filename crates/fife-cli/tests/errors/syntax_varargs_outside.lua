local function sum()
  return select("#", ...)
end
