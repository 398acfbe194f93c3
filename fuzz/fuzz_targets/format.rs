//! `string.format`, `pack`, `unpack` and `packsize` with any format and values.
//!
//! The bytes: a few numbers, the length of the format, the format, then values: a byte for the kind and what it needs.

#![no_main]

use fife_fuzz::drive::{self, Argument, Plan};
use fife_generator::Choices;
use libfuzzer_sys::fuzz_target;

const FUEL: u64 = 60_000;

const SCRIPT: &str = "
local kind, position, format, data = ...
local function show(...)
  local texts = table.pack(...)
  for i = 1, texts.n do texts[i] = tostring(texts[i]) end
  print(table.concat(texts, '|'))
end
local function same(a, b) return a == b or a ~= a and b ~= b end
if kind == 0 then
  show(pcall(string.format, format, select(4, ...)))
elseif kind == 1 then
  local packed = table.pack(pcall(string.pack, format, select(4, ...)))
  show(table.unpack(packed))
  if packed[1] then
    -- What was packed comes back as far as it was exact, and ends where the bytes end.
    local values = table.pack(pcall(string.unpack, format, packed[2]))
    show(table.unpack(values))
    assert(values[1] and values[values.n] == #packed[2] + 1)
    -- Packed again it stays as it is: only what did not fit was cut.
    local again = table.pack(pcall(string.pack, format, table.unpack(values, 2, values.n - 1)))
    local twice = again[1] and table.pack(string.unpack(format, again[2]))
    for i = 1, twice and twice.n or 0 do assert(same(twice[i], values[i + 1])) end
    local ok, size = pcall(string.packsize, format)
    assert(not ok or size == #packed[2])
  end
elseif kind == 2 then
  show(pcall(string.unpack, format, data, position))
  show(pcall(string.packsize, format))
elseif kind == 3 then
  for i = 4, select('#', ...) do
    local value = (select(i, ...))
    local text = string.format('%q', value)
    assert(same(load('return ' .. text)(), value), text)
    -- Neither infinities nor what is no number can be written so that they are read again.
    if type(value) == 'number' and value - value == 0 then
      assert(same(tonumber(string.format('%a', value)), value + 0.0))
      assert(same(tonumber(string.format('%.17g', value)), value + 0.0) or math.type(value) == 'integer')
    end
    show(text, tonumber(value), tostring(value), tonumber(tostring(value), 2 + math.abs(position) % 35))
  end
else
  show(pcall(string.format, format, table.unpack({select(4, ...)}, 1, 40)))
  for i = 4, select('#', ...) do
    show(pcall(utf8.codepoint, data, position, -1))
    show(pcall(utf8.len, data, position, -1, i % 2 == 0))
    show(pcall(utf8.offset, data, position, i))
    show(pcall(function() for p, c in utf8.codes(data, i % 2 == 0) do show(p, c) end end))
  end
end
";

fn value(choices: &Choices<'_>) -> Argument {
    match choices.below(8) {
        0 => i64::from(choices.byte() as i8).into(),
        1 => {
            let bytes = choices.take(8);
            let mut all = [0; 8];
            all[..bytes.len()].copy_from_slice(bytes);
            i64::from_le_bytes(all).into()
        }
        2 | 3 => {
            let bytes = choices.take(8);
            let mut all = [0; 8];
            all[8 - bytes.len()..].copy_from_slice(bytes);
            f64::from_le_bytes(all).into()
        }
        4 => (f64::from(choices.byte()) * choices.of(&[0.5, 1.0, 1e15, 1e-5, 1e300, 1e-320, -0.1])).into(),
        5 => choices.of(&[i64::MIN, i64::MAX, 1 << 53, -1, 0]).into(),
        _ => {
            let length = choices.below(24);
            choices.take(length).into()
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let choices = Choices::from_bytes(bytes);
    let kind = choices.below(5);
    let seed = u64::from(choices.byte());
    let position = i64::from(choices.byte() as i8 / 8);
    let length = choices.below(48);
    let format = choices.take(length);
    let mut arguments: Vec<Argument> = vec![kind.into(), position.into(), format.into()];
    while !choices.is_over() && arguments.len() < 20 {
        if kind == 2 && arguments.len() == 3 {
            let length = choices.below(64);
            arguments.push(choices.take(length).into());
            continue;
        }
        arguments.push(value(&choices));
    }
    if kind >= 4 && !matches!(arguments.get(3), Some(Argument::Bytes(_))) {
        arguments.insert(3, b"\xf0\x9f\x8c\x8d"[..].into());
    }
    let sliced = drive::call(SCRIPT, &arguments, Plan::sliced(FUEL, seed));
    let plain = drive::call(SCRIPT, &arguments, Plan::plain(FUEL));
    assert!(!matches!(&plain.end, drive::End::Failed(_)), "{:?}", plain.end);
    drive::compare(&sliced, &plain);
});
