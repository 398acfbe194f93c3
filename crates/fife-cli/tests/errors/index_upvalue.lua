local settings
function get() return settings.width end
get()
