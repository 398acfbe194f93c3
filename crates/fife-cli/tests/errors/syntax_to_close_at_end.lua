print("ready" or 1
