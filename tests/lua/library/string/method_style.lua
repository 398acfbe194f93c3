local s = "Lua"
print(s:len(), s:upper(), s:rep(2), s:sub(2), s:byte(1), s:reverse(), s:find("u")) -- expect: 3	LUA	LuaLua	ua	76	auL	2	2
print(s:match("%l+"), s:gsub("a", "A"), s:format()) -- expect: ua	LuA	Lua
print(#s:rep(3, "-"), ("%d%s"):format(1, "x"), ("a,b"):gmatch("%a")(), ("x"):lower():upper(), ("5"):rep(3) + 1) -- expect: 11	1x	a	X	556
