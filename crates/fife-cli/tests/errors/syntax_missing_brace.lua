print("\u20ac")
