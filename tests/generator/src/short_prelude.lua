do
  local select, type, tostring, pcall, print = select, type, tostring, pcall, print
  local sub, concat, mathtype = string.sub, table.concat, math.type
  function show(...)
    local texts = {}
    for i = 1, select("#", ...) do
      local v = select(i, ...)
      local k = mathtype(v) or type(v)
      texts[i] = (k == "integer" or k == "float" or k == "string" or k == "boolean") and sub(tostring(v), 1, 60) or k
    end
    print(concat(texts, " "))
  end
  function try(f, ...) show(pcall(f, ...)) end
  function log(...) show("log", ...) return ... end
  function some(v) if v == nil then return "nil" end return v end
  single, trace, variable = next, debug.traceback, debug.getlocal
end
