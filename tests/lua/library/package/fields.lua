print(type(package.path), type(package.cpath), type(package.preload)) -- expect: string	string	table
print(type(package.loaded), type(package.searchers), #package.searchers >= 2) -- expect: table	table	true
print(type(package.searchpath)) -- expect: function
print((package.config:gsub("\n", "|"))) -- expect: /|;|?|!|-|
print(package.loaded._G == _G, package.loaded.string == string, package.loaded["coroutine"] == coroutine) -- expect: true	true	true
