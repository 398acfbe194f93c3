local o = ...
o:m()
o:m(1, ...)
local x = o:m():n(2).field
o.a.b:c()
("x"):rep(3)
o:this_name_is_longer_than_forty_bytes_in_all(1)
o[1]:m()
return o:m()
