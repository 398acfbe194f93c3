-- The tests that come with dkjson.

-- They print tables with several keys, in an order that changes from run to run: here it is that of the keys' texts.
function pairs(t)
  local keys = {}
  for key in next, t do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local index = 0
  return function()
    index = index + 1
    return keys[index], t[keys[index]]
  end
end

dofile(assert(os.getenv("DKJSON_TESTS")))
