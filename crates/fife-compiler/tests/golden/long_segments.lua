local x = ...
if x then
  a1 = x; a2 = x; a3 = x; a4 = x; a5 = x; a6 = x; a7 = x; a8 = x; a9 = x; a10 = x
  a11 = x; a12 = x; a13 = x; a14 = x; a15 = x; a16 = x; a17 = x; a18 = x; a19 = x; a20 = x
  a21 = x; a22 = x; a23 = x; a24 = x; a25 = x; a26 = x; a27 = x; a28 = x; a29 = x; a30 = x
end
for i = 1, 10 do
  b1 = x; b2 = x; b3 = x; b4 = x; b5 = x; b6 = x; b7 = x; b8 = x; b9 = x; b10 = x
  b11 = x; b12 = x; b13 = x; b14 = x; b15 = x; b16 = x; b17 = x; b18 = x; b19 = x; b20 = x
  b21 = x; b22 = x; b23 = x; b24 = x; b25 = x; b26 = x; b27 = x; b28 = x; b29 = x; b30 = x
end
while x do
  c1 = x; c2 = x; c3 = x; c4 = x; c5 = x; c6 = x; c7 = x; c8 = x; c9 = x; c10 = x
  c11 = x; c12 = x; c13 = x; c14 = x; c15 = x; c16 = x; c17 = x; c18 = x; c19 = x; c20 = x
  c21 = x; c22 = x; c23 = x; c24 = x; c25 = x; c26 = x; c27 = x; c28 = x; c29 = x; c30 = x
  c31 = x; c32 = x; c33 = x; c34 = x; c35 = x; c36 = x; c37 = x; c38 = x; c39 = x; c40 = x
  c41 = x; c42 = x; c43 = x; c44 = x; c45 = x; c46 = x; c47 = x; c48 = x; c49 = x; c50 = x
  c51 = x; c52 = x; c53 = x; c54 = x; c55 = x; c56 = x; c57 = x; c58 = x; c59 = x; c60 = x
end
local y = x == 1 or x == 2 or x == 3 or x == 4 or x == 5 or x == 6 or x == 7 or x == 8 or x == 9 or x == 10
  or x == 11 or x == 12 or x == 13 or x == 14 or x == 15 or x == 16 or x == 17 or x == 18 or x == 19 or x == 20
  or x == 21 or x == 22 or x == 23 or x == 24 or x == 25 or x == 26 or x == 27 or x == 28 or x == 29 or x == 30
  or x == 31 or x == 32 or x == 33 or x == 34 or x == 35 or x == 36 or x == 37 or x == 38 or x == 39 or x == 40
  or x == 41 or x == 42 or x == 43 or x == 44 or x == 45 or x == 46 or x == 47 or x == 48 or x == 49 or x == 50
  or x == 51 or x == 52 or x == 53 or x == 54 or x == 55 or x == 56 or x == 57 or x == 58 or x == 59 or x == 60
  or x == 61 or x == 62 or x == 63 or x == 64 or x == 65 or x == 66 or x == 67 or x == 68 or x == 69 or x == 70
