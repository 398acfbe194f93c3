while true do '\xzz' end
