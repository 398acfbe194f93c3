print(select("#", math.randomseed(1)) >= 0, type(math.randomseed()) ~= "string") -- expect: true	true
