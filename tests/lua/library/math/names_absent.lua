print(math.pow, math.cosh, math.sinh, math.log10, math.ldexp, math.frexp) -- expect: nil	nil	nil	nil	nil	nil
