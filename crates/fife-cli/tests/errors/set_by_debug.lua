local config = {}
debug.setlocal(1, 1, nil)
config.name = 1
