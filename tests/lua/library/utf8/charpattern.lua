print(#utf8.charpattern, utf8.charpattern == "[\0-\x7F\xC2-\xFD][\x80-\xBF]*") -- expect: 14	true
for c in ("aé€😀"):gmatch(utf8.charpattern) do print(#c, c) end
-- expect: 1	a
-- expect: 2	é
-- expect: 3	€
-- expect: 4	😀
