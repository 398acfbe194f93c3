local skips = "\65\066\x43\u{44}\z
       E"
print(skips) -- expect: ABCDE
print("tab\tquote\"apostrophe\'backslash\\") -- expect: tab	quote"apostrophe'backslash\
print(#"\a\b\f\n\r\t\v", ("\a\b\f\n\r\t\v"):byte(1, -1)) -- expect: 7	7	8	12	10	13	9	11
local newline = "a\
b"
print(newline == "a\nb", newline)
-- expect: true	a
-- expect: b
print("\0651", #"\0", "\x7e", '\'', "\u{20AC}", "\u{10FFFF}" == "\xF4\x8F\xBF\xBF") -- expect: A1	1	~	'	€	true
local blank_lines = "a\z

  b"
print(#"\u{7FFFFFFF}", "\z   skipped", blank_lines) -- expect: 6	skipped	ab
