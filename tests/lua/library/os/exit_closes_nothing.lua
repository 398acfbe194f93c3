local a <close> = setmetatable({}, { __close = function() print("not closed") end })
io.write("all that was written is there") -- expect: all that was written is there
io.write("\n")
os.exit(0, false)
