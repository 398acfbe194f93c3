for _, code in ipairs {
  "x = 'abc", 'x = "abc', "x = 'abc\ndef'", "x = [[abc", "x = [==[abc]=]", "--[[ never closed", "--[==[ x ]]", "x = [=x", "x = [==", "x = '\\q'", "x = '\\xZZ'", "x = '\\x1'",
  "x = '\\300'", "x = '\\2555'", "x = '\\u{110000000}'", "x = '\\u{}'", "x = '\\u{12'", "x = '\\u12'", "x = '\\u{xyz}'", "x = '\\", "x = '\\z", "x = 'a\\\n", "x = '\\999'", "x = '\\x'", "x = '\\u{FFFFFFFFF}'",
} do print((select(2, load(code, "=c")))) end
-- expect: c:1: unfinished string near <eof>
-- expect: c:1: unfinished string near <eof>
-- expect: c:1: unfinished string near ''abc'
-- expect: c:1: unfinished long string (starting at line 1) near <eof>
-- expect: c:1: unfinished long string (starting at line 1) near <eof>
-- expect: c:1: unfinished long comment (starting at line 1) near <eof>
-- expect: c:1: unfinished long comment (starting at line 1) near <eof>
-- expect: c:1: invalid long string delimiter near '[='
-- expect: c:1: invalid long string delimiter near '[=='
-- expect: c:1: invalid escape sequence near ''\q'
-- expect: c:1: hexadecimal digit expected near ''\xZ'
-- expect: c:1: hexadecimal digit expected near ''\x1''
-- expect: c:1: decimal escape too large near ''\300''
-- expect: nil
-- expect: c:1: UTF-8 value too large near ''\u{110000000'
-- expect: c:1: hexadecimal digit expected near ''\u{}'
-- expect: c:1: missing '}' near ''\u{12''
-- expect: c:1: missing '{' near ''\u1'
-- expect: c:1: hexadecimal digit expected near ''\u{x'
-- expect: c:1: unfinished string near <eof>
-- expect: c:1: unfinished string near <eof>
-- expect: c:2: unfinished string near <eof>
-- expect: c:1: decimal escape too large near ''\999''
-- expect: c:1: hexadecimal digit expected near ''\x''
-- expect: c:1: UTF-8 value too large near ''\u{FFFFFFFF'
