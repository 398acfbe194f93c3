local handle = assert(nil, "no such file")
