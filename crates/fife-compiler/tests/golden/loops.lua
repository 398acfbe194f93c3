local i = 0
while i < 10 do i = i + 1 end
while true do i = i - 1; if i < 0 then break end end
repeat i = i + 1 until i > 10
repeat local done = f() until done
repeat i = 1 until true
repeat i = 1; if i then break end until false
while i do if i == 1 then f() else g() end end
