print(_G._G == _G, _VERSION, _G.print == print, type(_ENV), _ENV == _G) -- expect: true	Lua 5.4	true	table	true
_G.dynamic = 5
print(dynamic) -- expect: 5
_G["dynamic"] = nil
print(dynamic) -- expect: nil
