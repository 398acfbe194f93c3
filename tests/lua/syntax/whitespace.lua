print(	1 , -- expect: 1	2	3
	2
	,3)
local a=1;local b=2 print(a+b) -- expect: 3
print ( ( 1 + 2 ) * 3 )print"end"
-- expect: 9
-- expect: end
