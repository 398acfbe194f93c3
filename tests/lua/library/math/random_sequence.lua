-- xoshiro256** seeded as PUC does gives PUC's numbers.
math.randomseed(42)
print(math.random(0), math.random(0)) -- expect: -1276290044721465627	8333941968102511665
print(math.random(100), math.random(100), math.random(100)) -- expect: 76	86	54
print(string.format("%.14f", math.random())) -- expect: 0.00960068655068
print(math.random(-10, 10), math.random(1 << 40), math.random(3, 5)) -- expect: -4	1061609342578	3
math.randomseed(123, 456)
print(math.random(0), math.random(1000), string.format("%.14f", math.random())) -- expect: -7482266044409867603	784	0.03699464559000
math.randomseed(1.5 * 2)
print(math.random(0)) -- expect: -830109055508228727
