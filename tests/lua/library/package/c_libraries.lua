-- fife only: PUC tries to load the library
local name = os.tmpname()
io.open(name, "w"):write("not a library"):close()
package.path, package.cpath = "/nonexistent/?.lua", name
for _, module in ipairs { "library", "library.part" } do
  print(select(2, pcall(require, module)):gsub("file '[^']*'", "file '...'"))
end
-- expect: error loading module 'library' from file '...':
-- expect: 	libraries in C cannot be loaded	1
-- expect: error loading module 'library.part' from file '...':
-- expect: 	libraries in C cannot be loaded	1
os.remove(name)
print(package.loadlib("library.so", "*")) -- expect: nil	libraries in C cannot be loaded	absent
