-- Reverse a string by characters.
local function reverse(s)
  local t = {} for _, c in utf8.codes(s) do table.insert(t, 1, utf8.char(c)) end return table.concat(t)
end
print(reverse("añb€"), utf8.len(reverse("añb€"))) -- expect: €bña	4
print(("añb€"):sub(utf8.offset("añb€", 2), utf8.offset("añb€", 3) - 1)) -- expect: ñ
