-- Strings compare by byte.
print("a" < "b", "A" < "a", "\127" < "\128", "\255" > "a", "" < "\0", "a\0" < "a\1", "z" < "é") -- expect: true	true	true	true	true	true	true
local t = { "banana", "apple", "Cherry", "apple2", "" }
table.sort(t)
print(table.concat(t, "|")) -- expect: |Cherry|apple|apple2|banana
