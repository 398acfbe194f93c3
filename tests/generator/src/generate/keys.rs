//! Tables whose keys appear in any order, disappear and return, like the queues, sets and counts of real programs.
//!
//! The contents of such a table are the same everywhere, whichever part an entry is in. They are shown in the order of
//! keys, by a traversal and by reads; a length is shown only if there is just one border.

use super::Generator;

/// How every fragment of this kind shows its table: all entries by `pairs`, their number, the values read for those
/// keys, and the length of a sequence.
const SHOW_ALL: &str = "\
local function all(h)
  local entries, n, integers, top = {}, 0, 0, 0
  for k, v in pairs(h) do
    n = n + 1
    entries[n] = string.format(\"%s=%s/%s\", some(k), some(v), some(h[k]))
    if math.type(k) == \"integer\" and k > 0 then integers = integers + 1 top = math.max(top, k) end
  end
  table.sort(entries)
  show(n, integers == top and #h or \"holes\", next(h) == nil)
  local text = table.concat(entries, \" \")
  show(text:sub(1, 150), #text)
  local sum = 0
  for k = -2, 70 do sum = (sum * 31 + (tonumber(h[k]) or 7)) % 1000003 end
  show(sum)
end";

impl Generator<'_, '_> {
    /// Keys in pseudorandom order, as a list.
    fn keys(&mut self, count: i64, range: i64) -> String {
        let keys: Vec<String> = (0..count).map(|_| self.choices.range(1, range).to_string()).collect();
        keys.join(", ")
    }

    pub(super) fn keys_fragment(&mut self) {
        for line in SHOW_ALL.lines() {
            self.line(line);
        }
        let name = self.name();
        let start = self.choices.of(&[
            "{}",
            "{}",
            "{}",
            "{1, 2, 3}",
            "{x = 1}",
            "{[2] = 2, [5] = 5}",
            "{nil, nil, 3}",
            "{table.unpack({7, 8, 9})}",
        ]);
        self.line(&format!("local {name} = {start}"));
        for _ in 0..1 + self.choices.below(4) {
            let range = self.choices.range(2, 40);
            let count = self.choices.range(1, 45);
            let keys = self.keys(count, range);
            let every = self.choices.range(2, 7);
            let rest = self.choices.range(0, 6);
            let text = match self.choices.below(11) {
                // Stores and removals in any order.
                0 => format!("for i, k in ipairs({{{keys}}}) do {name}[k] = i % {every} ~= {rest} and i or nil end"),
                // Counts, some of which return to zero.
                1 => format!("for _, k in ipairs({{{keys}}}) do {name}[k] = (tonumber({name}[k]) or 0) + 1 end"),
                2 => format!(
                    "for _, k in ipairs({{{keys}}}) do local n = (tonumber({name}[k]) or 0) - 1 {name}[k] = n > 0 and n or nil end"
                ),
                // A set that removes keys it already has.
                3 => format!(
                    "for i, k in ipairs({{{keys}}}) do if {name}[k] then {name}[k] = nil else {name}[k] = i end end"
                ),
                // A queue.
                4 => {
                    let (window, from) = (self.choices.range(1, 12), self.choices.range(0, 5));
                    format!(
                        "do local head, tail = {from}, {from} for i = 1, {count} do {name}[tail] = i tail = tail + 1 if tail - head > {window} then {name}[head] = nil head = head + 1 end end end"
                    )
                }
                // Sparse at first, dense in the end.
                5 => {
                    let (factor, size) = (2 * self.choices.range(0, 30) + 1, 1 << self.choices.range(1, 6));
                    format!(
                        "for i = 1, {size} do local k = i * {factor} % {size} + 1 {name}[k] = i if i % {every} == 1 then {name}[k] = nil end end"
                    )
                }
                // From the end, and then again from the front.
                6 => format!(
                    "for i = {count}, 1, -1 do {name}[i] = i end for i = 1, {count}, {every} do {name}[i] = nil end for i = 1, {count} do {name}[i] = {name}[i] or -i end"
                ),
                // The same integers as floats.
                7 => format!(
                    "for i, k in ipairs({{{keys}}}) do {name}[k + 0.0] = i % {every} ~= {rest} and i or nil end"
                ),
                // Removals and new values during a traversal.
                8 => format!(
                    "for k, v in pairs({name}) do if math.type(k) == \"integer\" then if k % {every} == 0 then {name}[k] = nil else {name}[k] = k end end end"
                ),
                // The keys are values of another table.
                9 => format!(
                    "do local other = {{}} for i, k in ipairs({{{keys}}}) do other[k] = i {name}[k] = other[other[k]] or k other[i] = nil end end"
                ),
                _ => format!(
                    "for i, k in ipairs({{{keys}}}) do rawset({name}, k, i % {every} ~= {rest} and i or nil) end"
                ),
            };
            self.line(&text);
            if self.choices.percent(60) {
                self.line(&format!("all({name})"));
            }
        }
        self.line(&format!("all({name})"));
        self.line(&format!("for k in pairs({name}) do {name}[k] = nil end"));
        self.line(&format!("show(next({name}) == nil, #{name})"));
    }
}
