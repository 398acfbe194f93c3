local end = 5
