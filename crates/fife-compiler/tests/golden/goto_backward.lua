local i = 1
::top::
local x = i
local f = function() return x end
i = i + 1
if i < 5 then goto top end
do ::again:: if i then goto again end end
