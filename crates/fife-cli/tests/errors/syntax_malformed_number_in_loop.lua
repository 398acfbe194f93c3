while true do 1e
end
