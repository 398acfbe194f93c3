fucntion area(w, h)
  return w * h
end
