local handle <close> = 42
