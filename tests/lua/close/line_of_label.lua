-- Where a label ends a block, variables are closed on the last line of the label.
local function line() return setmetatable({}, {__close = function() print(debug.getinfo(2, "l").currentline) end}) end
do
  local closed <close> = line()
  ::
  last
  ::
end -- expect: 7
do
  local closed <close> = line()
  :: last ::

  ;
end -- expect: 13
