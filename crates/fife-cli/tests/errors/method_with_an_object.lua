local Base = {}
function Base:init(name) self.name = name end
local object
Base.init(object, "x")
