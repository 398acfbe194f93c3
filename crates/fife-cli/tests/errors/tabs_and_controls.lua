local t = {}	print("[31m", t.	x.y)
