-- Assigning the loop variable does not change the turns.
for i = 1, 3 do
  print(i)
  i = i * 10
  print(i)
end
-- expect: 1
-- expect: 10
-- expect: 2
-- expect: 20
-- expect: 3
-- expect: 30
