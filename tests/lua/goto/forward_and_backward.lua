local i = 1
::top::
if i > 3 then goto done end
print(i)
-- expect: 1
-- expect: 2
-- expect: 3
i = i + 1
goto top
::done::
print("done") -- expect: done
