for _, s in ipairs {
  "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
  "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xe2\x82", "a\xe2\x82\xacb",
} do
  print(utf8.len(s))
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: nil	1
  -- expect: 3
end
print(utf8.len("\xf8\x88\x80\x80\x80", 1, -1, true)) -- expect: 1
print(utf8.len("\xfd\xbf\xbf\xbf\xbf\xbf", 1, -1, true)) -- expect: 1
print(utf8.len("\xfe\x80", 1, -1, true)) -- expect: nil	1
