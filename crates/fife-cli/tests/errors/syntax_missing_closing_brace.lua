print("\u{20ac")
