local a, b = ...
if a then b = 1 else b = 2 end
if a then b = 1 elseif b then b = 2 elseif a == b then b = 3 else b = 4 end
if a then return 1 else b = 1 end
if a then end
if a then else b = 2 end
