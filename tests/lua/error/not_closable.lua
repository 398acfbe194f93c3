print(pcall(function() local x <close> = 1 end)) -- expect: false	not_closable.lua:1: variable 'x' got a non-closable value
print(pcall(function() local x <close> = "s" end)) -- expect: false	not_closable.lua:2: variable 'x' got a non-closable value
print(pcall(function() local x <close> = print end)) -- expect: false	not_closable.lua:3: variable 'x' got a non-closable value
print(pcall(function() local x <close> = true end)) -- expect: false	not_closable.lua:4: variable 'x' got a non-closable value
print(pcall(function() for i in print, nil, nil, {} do end end)) -- expect: false	not_closable.lua:5: variable '(for state)' got a non-closable value
print(pcall(function() local a <close>, b = {}, 1 end)) -- expect: false	not_closable.lua:6: variable 'a' got a non-closable value
