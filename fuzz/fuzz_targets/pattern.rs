//! Patterns: `find`, `match`, `gmatch` and `gsub` with any pattern and subject, under little fuel, in slices.
//!
//! The bytes: a few numbers, the lengths of the pattern and of the replacement, then pattern, replacement and subject.

#![no_main]

use fife_fuzz::drive::{self, Plan};
use fife_generator::Choices;
use libfuzzer_sys::fuzz_target;

const FUEL: u64 = 60_000;

const SCRIPT: &str = "
local kind, init, pattern, replacement, subject = ...
local function show(...)
  local texts = table.pack(...)
  for i = 1, texts.n do texts[i] = tostring(texts[i]) end
  print(table.concat(texts, '|'))
end
-- What is found lies in the subject, and not before where the search began.
local function checked(ok, first, last, ...)
  if ok and first then
    assert(1 <= first and first <= last + 1 and last <= #subject)
    assert(init > #subject or init <= 0 or first >= init)
  end
  show(ok, first, last, ...)
end
if kind == 0 then
  checked(pcall(string.find, subject, pattern, init))
elseif kind == 1 then
  checked(pcall(string.find, subject, pattern, init, true))
elseif kind == 2 then
  show(pcall(string.match, subject, pattern, init))
elseif kind == 3 then
  show(pcall(function()
    local count = 0
    for a, b in string.gmatch(subject, pattern, init) do
      show(a, b)
      count = count + 1
    end
    assert(count <= #subject + 1)
    return count
  end))
elseif kind == 4 then
  show(pcall(string.gsub, subject, pattern, replacement))
elseif kind == 5 then
  show(pcall(string.gsub, subject, pattern, function(...) show(...) return (select('#', ...) > 1) and '' or nil end, init))
elseif kind == 6 then
  show(pcall(string.gsub, subject, pattern, setmetatable({}, {__index = function(_, k) return replacement end})))
else
  local co = coroutine.wrap(function() return pcall(string.gsub, subject, pattern, coroutine.yield) end)
  local result = table.pack(co())
  for i = 1, #subject + 1 do
    show(table.unpack(result))
    if result[1] == true or result[1] == false then break end
    result = table.pack(co(i % 2 == 0 and replacement))
  end
end
";

fuzz_target!(|bytes: &[u8]| {
    let choices = Choices::from_bytes(bytes);
    let kind = choices.below(8);
    let seed = u64::from(choices.byte());
    let init = i64::from(choices.byte() as i8 / 4);
    let lengths = (choices.below(64), choices.below(16));
    let pattern = choices.take(lengths.0);
    let replacement = choices.take(lengths.1);
    let subject = choices.rest();
    let arguments = [kind.into(), init.into(), pattern.into(), replacement.into(), subject.into()];
    let sliced = drive::call(SCRIPT, &arguments, Plan::sliced(FUEL, seed));
    let plain = drive::call(SCRIPT, &arguments, Plan::plain(FUEL));
    drive::compare(&sliced, &plain);
});
