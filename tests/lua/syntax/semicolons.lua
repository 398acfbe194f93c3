;;; local a = 1; ; print(a); -- expect: 1
do ; end
for i = 1, 2 do ; end;
if a then ; print("then"); end; -- expect: then
local function f() ; return 1; end
print(f()); -- expect: 1
