-- How messages name a chunk.
local function name(code, chunk) print((select(2, load(code, chunk)))) end
name("x =", "=plain")
-- expect: plain:1: unexpected symbol near <eof>
name("x =", "@file.lua")
-- expect: file.lua:1: unexpected symbol near <eof>
name("x =", "x = string source")
-- expect: [string "x = string source"]:1: unexpected symbol near <eof>
name("x =", "first line\nsecond line")
-- expect: [string "first line..."]:1: unexpected symbol near <eof>
name("x =", "=" .. string.rep("n", 70))
-- expect: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn:1: unexpected symbol near <eof>
name("x =", "@" .. string.rep("dir/", 20) .. "file.lua")
-- expect: ...dir/dir/dir/dir/dir/dir/dir/dir/dir/dir/dir/dir/file.lua:1: unexpected symbol near <eof>
name("x =", string.rep("s", 70))
-- expect: [string "sssssssssssssssssssssssssssssssssssssssssssss..."]:1: unexpected symbol near <eof>
name("x =")
-- expect: [string "x ="]:1: unexpected symbol near <eof>
name("x =", "")
-- expect: [string ""]:1: unexpected symbol near <eof>
name("x =", "=")
-- expect: :1: unexpected symbol near <eof>
name("x =", "@")
-- expect: :1: unexpected symbol near <eof>
