-- Some sixty patterns and suffixes tried on every word; strings cut and joined.
-- After Porter, "An algorithm for suffix stripping" (1980).
local N = tonumber(arg and arg[1]) or 240
local function shape(word)
  -- each letter as v or c; y is a vowel after a consonant
  local out, before = {}, "v"
  for i = 1, #word do
    local letter = word:sub(i, i)
    local kind
    if letter:find("[aeiou]") then
      kind = "v"
    elseif letter == "y" then
      kind = (i == 1 or before == "v") and "c" or "v"
    else
      kind = "c"
    end
    out[i], before = kind, kind
  end
  return table.concat(out)
end
local function measure(stem)
  local _, count = shape(stem):gsub("v+c+", "")
  return count
end
local function has_vowel(stem) return shape(stem):find("v", 1, true) ~= nil end
local function ends_double(word) return word:match("(%a)%1$") ~= nil and shape(word):sub(-1) == "c" end
local function ends_cvc(word) return shape(word):find("cvc$") ~= nil and not word:find("[wxy]$") end
local function replace(word, rules, minimum)
  for _, rule in ipairs(rules) do
    local stem = word:match("^(.*)" .. rule[1] .. "$")
    if stem then
      if measure(stem) > minimum then return stem .. rule[2] end
      return word
    end
  end
  return word
end
local step2 = {
  { "ational", "ate" }, { "tional", "tion" }, { "enci", "ence" }, { "anci", "ance" }, { "izer", "ize" }, { "abli", "able" },
  { "alli", "al" }, { "entli", "ent" }, { "eli", "e" }, { "ousli", "ous" }, { "ization", "ize" }, { "ation", "ate" }, { "ator", "ate" },
  { "alism", "al" }, { "iveness", "ive" }, { "fulness", "ful" }, { "ousness", "ous" }, { "aliti", "al" }, { "iviti", "ive" },
  { "biliti", "ble" },
}
local step3 = {
  { "icate", "ic" }, { "ative", "" }, { "alize", "al" }, { "iciti", "ic" }, { "ical", "ic" }, { "ful", "" }, { "ness", "" },
}
local step4 = {
  { "al", "" }, { "ance", "" }, { "ence", "" }, { "er", "" }, { "ic", "" }, { "able", "" }, { "ible", "" }, { "ant", "" },
  { "ement", "" }, { "ment", "" }, { "ent", "" }, { "ou", "" }, { "ism", "" }, { "ate", "" }, { "iti", "" }, { "ous", "" },
  { "ive", "" }, { "ize", "" },
}
local function stem(word)
  if #word < 3 then return word end
  if word:find("sses$") or word:find("ies$") then
    word = word:sub(1, -3)
  elseif word:find("[^s]s$") then
    word = word:sub(1, -2)
  end
  local before = word:match("^(.*)eed$")
  if before then
    if measure(before) > 0 then word = word:sub(1, -2) end
  else
    before = word:match("^(.*)ed$") or word:match("^(.*)ing$")
    if before and has_vowel(before) then
      word = before
      if word:find("at$") or word:find("bl$") or word:find("iz$") then
        word = word .. "e"
      elseif ends_double(word) and not word:find("[lsz]$") then
        word = word:sub(1, -2)
      elseif measure(word) == 1 and ends_cvc(word) then
        word = word .. "e"
      end
    end
  end
  before = word:match("^(.*)y$")
  if before and has_vowel(before) then word = before .. "i" end
  word = replace(word, step2, 0)
  word = replace(word, step3, 0)
  before = word:match("^(.*[st])ion$")
  if before and measure(before) > 1 then word = before else word = replace(word, step4, 1) end
  before = word:match("^(.*)e$")
  if before then
    local m = measure(before)
    if m > 1 or (m == 1 and not ends_cvc(before)) then word = before end
  end
  if word:find("ll$") and measure(word) > 1 then word = word:sub(1, -2) end
  return word
end
assert(stem("caresses") == "caress" and stem("motoring") == "motor" and stem("generalizations") == "gener")
local words = {}
for word in ([[the oscillators of relational databases were hopping happily conditional rationalities valenci
  digitizers conformabli radically differentli vileli analogousli vietnamization predication operator feudalism decisiveness
  hopefulness callousness formaliti sensitiviti sensibiliti triplicate formative formalize electriciti electrical hopeful
  goodness revival allowance inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent
  adoption homologou communism activate angulariti homologous effective bowdlerize probate rate cease controll roll ponies
  ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling hissing fizzed
  failing filing happy sky]]):gmatch("%a+") do
  words[#words + 1] = word
end
local check = 0
for round = 1, N do
  for i = 1, #words do
    local s = stem(words[i])
    check = (check * 31 + #s * 7 + s:byte(-1)) % 1000000007
  end
end
print(string.format("porter %d %d", #words, check))
