print(type(package.path), type(package.cpath), type(package.preload), type(package.loaded), type(package.searchers), #package.searchers, type(package.searchpath)) -- expect: string	string	table	table	table	4	function
print((package.config:gsub("\n", "|"))) -- expect: /|;|?|!|-|
print(package.loaded._G == _G, package.loaded.string == string, package.loaded["coroutine"] == coroutine) -- expect: true	true	true
