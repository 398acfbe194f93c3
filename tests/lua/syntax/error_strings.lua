local function show(code)
  local visible = code:gsub("[^ -~]", function(c) return "\\" .. c:byte() end)
  print(visible, (select(2, load(code, "=c"))))
end
for _, code in ipairs {
  "x = 'abc", 'x = "abc', "x = 'abc\ndef'", "x = [[abc", "x = [==[abc]=]", "--[[ never closed", "--[==[ x ]]", "x = [=x", "x = [==", "x = '\\q'", "x = '\\xZZ'", "x = '\\x1'",
  "x = '\\300'", "x = '\\2555'", "x = '\\u{110000000}'", "x = '\\u{}'", "x = '\\u{12'", "x = '\\u12'",
  "x = '\\u{xyz}'", "x = '\\", "x = '\\z", "x = 'a\\\n", "x = '\\999'", "x = '\\x'", "x = '\\u{FFFFFFFFF}'",
} do
  show(code)
end
-- expect: x = 'abc	c:1: unfinished string near <eof>
-- expect: x = "abc	c:1: unfinished string near <eof>
-- expect: x = 'abc\10def'	c:1: unfinished string near ''abc'
-- expect: x = [[abc	c:1: unfinished long string (starting at line 1) near <eof>
-- expect: x = [==[abc]=]	c:1: unfinished long string (starting at line 1) near <eof>
-- expect: --[[ never closed	c:1: unfinished long comment (starting at line 1) near <eof>
-- expect: --[==[ x ]]	c:1: unfinished long comment (starting at line 1) near <eof>
-- expect: x = [=x	c:1: invalid long string delimiter near '[='
-- expect: x = [==	c:1: invalid long string delimiter near '[=='
-- expect: x = '\q'	c:1: invalid escape sequence near ''\q'
-- expect: x = '\xZZ'	c:1: hexadecimal digit expected near ''\xZ'
-- expect: x = '\x1'	c:1: hexadecimal digit expected near ''\x1''
-- expect: x = '\300'	c:1: decimal escape too large near ''\300''
-- expect: x = '\2555'	nil
-- expect: x = '\u{110000000}'	c:1: UTF-8 value too large near ''\u{110000000'
-- expect: x = '\u{}'	c:1: hexadecimal digit expected near ''\u{}'
-- expect: x = '\u{12'	c:1: missing '}' near ''\u{12''
-- expect: x = '\u12'	c:1: missing '{' near ''\u1'
-- expect: x = '\u{xyz}'	c:1: hexadecimal digit expected near ''\u{x'
-- expect: x = '\	c:1: unfinished string near <eof>
-- expect: x = '\z	c:1: unfinished string near <eof>
-- expect: x = 'a\\10	c:2: unfinished string near <eof>
-- expect: x = '\999'	c:1: decimal escape too large near ''\999''
-- expect: x = '\x'	c:1: hexadecimal digit expected near ''\x''
-- expect: x = '\u{FFFFFFFFF}'	c:1: UTF-8 value too large near ''\u{FFFFFFFF'
