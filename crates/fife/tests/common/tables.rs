//! Lua programs that do everything to tables that a program can do, and a model of what the tables hold.
//!
//! [`write`] makes a program from decisions: a random number generator makes them for `tests/table_model.rs`, a fuzzer
//! for the target `tables`. The program tells natives what it stores, and shows them everything it reads. They keep a
//! model in Rust: a hash map for each table, without an array part, nodes or borders that could go wrong in the same
//! way.
//!
//! The natives, whose first argument is the number of the table:
//!
//! | | |
//! |---|---|
//! | `put(t, k, v)` | `v` was stored under `k`; it was removed if `v` is nil |
//! | `see(t, k, v)` | `v` was read from `k` |
//! | `fill(t, from, to, step, base)` | `base + k` was stored under each `k` of the loop; removed without `base` |
//! | `border(t, n)` | `n` is the length; returns it |
//! | `inserted(t, at, n, v)`, `removed(t, at, n, v)` | what these functions of `table` did at length `n` |
//! | `moved(t, from, to, at, u)` | what `table.move` did, into table `u` |
//! | `sortable(t, n)`, `sorted(t, n)` | whether 1 to `n` are numbers; they were sorted |
//! | `unpacked(t, from, ...)` | the values from `from` on |
//! | `fresh(t)` | the table is new and empty |
//! | `key(t)` | the next of the model's keys; after nil, its first one again |
//! | `visit(t, k, v)`, `visited(t)` | a traversal reached an entry, or its end |
//! | `roll(n)` | a random number below `n` |
//! | `sure(b)` | `b` must be true |

use fife::gc::{Call, Error, Function, Native, Reply, Value};
use fife::{Fuel, Host, Lua, Stepped, native};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// The number of tables in a program.
const TABLES: usize = 2;

// ---- The model ----

/// A key or a value. Floats are distinguished by their bits, objects by the number they hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Datum {
    Boolean(bool),
    Integer(i64),
    Float(u64),
    Text(Vec<u8>),
    Object(i64),
    Function,
}

impl Datum {
    fn value(value: Value<'_>) -> Option<Datum> {
        Some(match value {
            Value::Nil => return None,
            Value::Boolean(value) => Datum::Boolean(value),
            Value::Integer(value) => Datum::Integer(value),
            Value::Number(value) => Datum::Float(value.to_bits()),
            Value::String(value) => Datum::Text(value.as_bytes().to_vec()),
            Value::Table(table) => match table.get_integer(1) {
                Value::Integer(number) => Datum::Object(number),
                other => panic!("an object has {other:?} for its number"),
            },
            _ => Datum::Function,
        })
    }

    /// A key: floats with an integer value become integers.
    fn key(value: Value<'_>) -> Option<Datum> {
        match value {
            Value::Number(float) if float.floor() == float && (-(2f64.powi(63))..2f64.powi(63)).contains(&float) => {
                Some(Datum::Integer(float as i64))
            }
            _ => Datum::value(value),
        }
    }
}

#[derive(Default)]
struct Model {
    entries: HashMap<Datum, Datum>,
    /// The keys that a traversal has reached.
    seen: HashSet<Datum>,
    /// The keys that `key` has yet to return.
    keys: Option<Vec<Datum>>,
}

impl Model {
    fn put(&mut self, key: Datum, value: Option<Datum>) {
        match value {
            Some(value) => self.entries.insert(key, value),
            None => self.entries.remove(&key),
        };
    }

    fn integer(&self, key: i64) -> Option<Datum> {
        self.entries.get(&Datum::Integer(key)).cloned()
    }

    fn set_integer(&mut self, key: i64, value: Option<Datum>) {
        self.put(Datum::Integer(key), value);
    }

    fn number(&self, key: i64) -> Option<f64> {
        match self.entries.get(&Datum::Integer(key))? {
            Datum::Integer(value) => Some(*value as f64),
            Datum::Float(bits) => Some(f64::from_bits(*bits)),
            _ => None,
        }
    }
}

/// The models of a program's tables.
#[derive(Default)]
struct World {
    models: [Model; TABLES],
    random: u64,
}

thread_local! {
    /// For the program running on this thread.
    static WORLD: RefCell<World> = RefCell::default();
}

/// Calls `act` with the model of the table whose number is the first argument.
fn with_model<'gc, T>(
    call: &mut Call<'gc, '_>,
    act: impl FnOnce(&mut Model, &mut Call<'gc, '_>) -> Result<T, Error<'gc>>,
) -> Result<T, Error<'gc>> {
    let table = call.integer(0)? as usize - 1;
    WORLD.with_borrow_mut(|world| act(&mut world.models[table], call))
}

fn wrong<'gc>(call: &Call<'gc, '_>, text: String) -> Error<'gc> {
    call.error(format!("MODEL: {text}"))
}

fn put<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let key = Datum::key(call.get(1)).ok_or_else(|| wrong(call, "a key is nil".into()))?;
        model.put(key, Datum::value(call.get(2)));
        Ok(())
    })?;
    call.nothing()
}

fn see<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let key = Datum::key(call.get(1)).ok_or_else(|| wrong(call, "a key is nil".into()))?;
        let (read, stored) = (Datum::value(call.get(2)), model.entries.get(&key));
        if read.as_ref() == stored {
            return Ok(());
        }
        Err(wrong(call, format!("{key:?} reads as {read:?}, and is {stored:?}")))
    })?;
    call.nothing()
}

fn fill<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let (mut key, to, step) = (call.integer(1)?, call.integer(2)?, call.integer(3)?);
        let base = if call.is_none_or_nil(4) { None } else { Some(call.integer(4)?) };
        while if step > 0 { key <= to } else { key >= to } {
            model.set_integer(key, base.map(|base| Datum::Integer(base + key)));
            key += step;
        }
        Ok(())
    })?;
    call.nothing()
}

fn border<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let length = with_model(call, |model, call| {
        let length = call.integer(1)?;
        let has = |key: i64| model.entries.contains_key(&Datum::Integer(key));
        let is_border = length >= 0 && (length == 0 || has(length)) && (length == i64::MAX || !has(length + 1));
        if is_border { Ok(length) } else { Err(wrong(call, format!("{length} is no border"))) }
    })?;
    call.one(length)
}

fn inserted<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let (at, length, value) = (call.integer(1)?, call.integer(2)?, Datum::value(call.get(3)));
        for key in (at..=length).rev() {
            let moved = model.integer(key);
            model.set_integer(key + 1, moved);
        }
        model.set_integer(at, value);
        Ok(())
    })?;
    call.nothing()
}

fn removed<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let (at, length, value) = (call.integer(1)?, call.integer(2)?, Datum::value(call.get(3)));
        let stored = model.integer(at);
        if value != stored {
            return Err(wrong(call, format!("removed {value:?} from {at}, where {stored:?} was")));
        }
        for key in at..length {
            let moved = model.integer(key + 1);
            model.set_integer(key, moved);
        }
        model.set_integer(at.max(length), None);
        Ok(())
    })?;
    call.nothing()
}

fn moved<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (from, to, at, target) = (call.integer(1)?, call.integer(2)?, call.integer(3)?, call.integer(4)?);
    let values: Vec<_> = with_model(call, |model, _| Ok((from..=to).map(|key| model.integer(key)).collect()))?;
    WORLD.with_borrow_mut(|world| {
        for (key, value) in (at..).zip(values) {
            world.models[target as usize - 1].set_integer(key, value);
        }
    });
    call.nothing()
}

fn sortable<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let is_sortable = with_model(call, |model, call| {
        let length = call.integer(1)?;
        Ok(length < 3000 && (1..=length).all(|key| model.number(key).is_some()))
    })?;
    call.one(is_sortable)
}

fn sorted<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let length = call.integer(1)?;
        let mut values: Vec<Datum> = (1..=length).filter_map(|key| model.integer(key)).collect();
        values.sort_by(|left, right| {
            let number = |datum: &Datum| match datum {
                Datum::Float(bits) => f64::from_bits(*bits),
                Datum::Integer(value) => *value as f64,
                _ => f64::NAN,
            };
            number(left).total_cmp(&number(right))
        });
        for (key, value) in (1..).zip(values) {
            model.set_integer(key, Some(value));
        }
        Ok(())
    })?;
    call.nothing()
}

fn unpacked<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let from = call.integer(1)?;
        for index in 2..call.len() {
            let key = from + index as i64 - 2;
            let (read, stored) = (Datum::value(call.get(index)), model.integer(key));
            if read != stored {
                return Err(wrong(call, format!("{key} is unpacked as {read:?}, and is {stored:?}")));
            }
        }
        Ok(())
    })?;
    call.nothing()
}

fn fresh<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, _| {
        *model = Model::default();
        Ok(())
    })?;
    call.nothing()
}

fn key<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let next = with_model(call, |model, _| {
        let entries = &model.entries;
        let is_made = |key: &&Datum| !matches!(key, Datum::Object(_) | Datum::Function);
        let keys = model.keys.get_or_insert_with(|| entries.keys().filter(is_made).cloned().collect());
        let next = keys.pop();
        if next.is_none() {
            model.keys = None;
        }
        Ok(next)
    })?;
    let value = match next {
        None => Value::Nil,
        Some(Datum::Boolean(value)) => Value::Boolean(value),
        Some(Datum::Integer(value)) => Value::Integer(value),
        Some(Datum::Float(bits)) => Value::Number(f64::from_bits(bits)),
        Some(Datum::Text(text)) => call.ctx().string(&text).into(),
        Some(Datum::Object(_) | Datum::Function) => unreachable!("filtered above"),
    };
    call.one(value)
}

fn visit<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let (key, value) = (Datum::value(call.get(1)), Datum::value(call.get(2)));
        let Some(key) = key else { return Err(wrong(call, "a traversal comes to nil".into())) };
        let stored = model.entries.get(&key);
        if value.is_none() || value.as_ref() != stored {
            return Err(wrong(call, format!("a traversal comes to {key:?} with {value:?}, and it is {stored:?}")));
        }
        if !model.seen.insert(key.clone()) {
            return Err(wrong(call, format!("a traversal comes to {key:?} twice")));
        }
        Ok(())
    })?;
    call.nothing()
}

fn visited<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    with_model(call, |model, call| {
        let seen = std::mem::take(&mut model.seen);
        match model.entries.keys().find(|key| !seen.contains(key)) {
            Some(key) => Err(wrong(call, format!("a traversal does not come to {key:?}"))),
            None => Ok(()),
        }
    })?;
    call.nothing()
}

fn roll<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let end = call.integer(0)? as u64;
    let number = WORLD.with_borrow_mut(|world| mixed(&mut world.random) % end);
    call.one(number as i64)
}

fn sure<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.get(0).to_bool() {
        return call.nothing();
    }
    Err(wrong(call, "something is not so".into()))
}

const NATIVES: &[&Native] = &[
    native!("test.put", put),
    native!("test.see", see),
    native!("test.fill", fill),
    native!("test.border", border),
    native!("test.inserted", inserted),
    native!("test.removed", removed),
    native!("test.moved", moved),
    native!("test.sortable", sortable),
    native!("test.sorted", sorted),
    native!("test.unpacked", unpacked),
    native!("test.fresh", fresh),
    native!("test.key", key),
    native!("test.visit", visit),
    native!("test.visited", visited),
    native!("test.roll", roll),
    native!("test.sure", sure),
];

/// The next number of a generator (splitmix64).
pub fn mixed(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

// ---- Running ----

/// A VM that runs programs one after another, and overwrites what it frees.
pub struct Session {
    lua: Lua,
    random: u64,
}

struct Seeded(u64);

impl Host for Seeded {
    fn hash_seed(&self) -> u64 {
        self.0
    }
}

impl Session {
    /// A VM whose hash seed and other random choices come from this seed.
    pub fn new(seed: u64) -> Session {
        let mut random = seed;
        let mut lua = Lua::builder().host(Seeded(mixed(&mut random))).build().unwrap();
        lua.set_poison(true);
        lua.enter(|ctx| {
            for native in NATIVES {
                let (_, name) = native.name().rsplit_once('.').expect("it has a namespace");
                ctx.globals().set_field(ctx, name, Function::native(ctx, native).expect("names are unique"));
            }
        });
        Session { lua, random }
    }

    /// Runs a program in slices of at most `slice` units of fuel, with some collection after each, or all at once. The
    /// error says what was wrong, with the line.
    pub fn run(&mut self, program: &str, slice: Option<u64>) -> Result<(), String> {
        WORLD.set(World { random: mixed(&mut self.random), ..World::default() });
        let task = self.lua.load(program).name("=program").start(()).map_err(|error| error.to_string())?;
        let mut used = 0;
        loop {
            // A program that takes long gets larger slices; otherwise it would take far longer.
            let given = slice.map_or(fife::STEP_FUEL, |slice| 1 + mixed(&mut self.random) % slice + used / 2000);
            used += given;
            match self.lua.step(&task, &mut Fuel::with(given)) {
                Stepped::Finished => return Ok(()),
                Stepped::Failed => return Err(task.error(&self.lua).unwrap().to_string()),
                _ if slice.is_some() => {
                    self.lua.collect_step(mixed(&mut self.random) as usize % (8192 + used as usize / 16));
                }
                _ => {}
            }
        }
    }
}

// ---- Writing ----

/// Keys: short strings and names, long strings, and neither strings nor integers.
const NAMES: &[&str] = &["a", "b", "x", "name", "__index", "k1", "k2", "k3", "k4", "k5", "k6", "k7"];
const OTHERS: &[&str] = &[
    "true",
    "false",
    "1.5",
    "-0.5",
    "2^53 + 0.5",
    "1e300",
    "math.huge",
    "o1",
    "o2",
    "o3",
    "o4",
    "'1'",
    "'a long string that is not interned, number one'",
    "'a long string that is not interned, number ' .. 2",
];

/// Sizes around those at which parts of tables grow.
const SIZES: &[i64] = &[
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 20, 24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 200, 257,
];
const LARGE_SIZES: &[i64] = &[
    300, 512, 1000, 1025, 2049, 4095, 4097, 9000, 16384, 16385, 20000, 32767, 32768, 32769, 36000, 40000, 50000, 65536,
    65537, 70000,
];

/// The start of every program.
const PRELUDE: &str = "\
local put, see, fill, border, inserted, removed = put, see, fill, border, inserted, removed
local moved, sortable, sorted, unpacked, fresh, key = moved, sortable, sorted, unpacked, fresh, key
local visit, visited, roll, sure = visit, visited, roll, sure
local pairs, ipairs, next, rawget, rawset, rawlen, select = pairs, ipairs, next, rawget, rawset, rawlen, select
local unpack, type = table.unpack, math.type
local o1, o2, o3, o4 = {-1}, {-2}, {-3}, {-4}
local t1, t2 = {}, {}
local held = {[o1] = true, [o2] = true, [o3] = true, [o4] = true}
local function weak(n, t)
  -- Keys that nobody else has would go away by themselves.
  for k in pairs(t) do
    if tostring(k):find('^table') and not held[k] then t[k] = nil put(n, k) end
  end
  return {__mode = 'k'}
end
local function itself(self) return self end
local function values(base, n) if n > 0 then return base + n, values(base, n - 1) end end
local function check(n, t)
  border(n, #t)
  border(n, rawlen(t))
  for k in key, n do
    see(n, k, t[k])
    see(n, k, rawget(t, k))
    if type(k) == 'integer' and k < 2^50 and k > -2^50 then see(n, k, t[k + 0.0]) end
  end
  for k, v in pairs(t) do visit(n, k, v) see(n, k, t[k]) end
  visited(n)
  local k, v = next(t)
  while k ~= nil do
    visit(n, k, v)
    k, v = next(t, k)
  end
  visited(n)
  local last = 0
  for i, v in ipairs(t) do see(n, i, v) last = i end
  see(n, last + 1, nil)
  border(n, #t)
end
";

/// The end of every program, for each of its tables: `@` stands for the number.
const READS: &str = "\
see(@, 1, t@[1]) see(@, 2, t@[2]) see(@, 3, t@[3]) see(@, 4, t@[4]) see(@, 5, t@[5]) see(@, 9, t@[9]) see(@, 17, t@[17]) see(@, 0, t@[0])
see(@, 'a', t@.a) see(@, 'b', t@.b) see(@, 'x', t@['x']) see(@, 'name', t@.name) see(@, 'k1', t@.k1) see(@, 'k7', t@.k7)
see(@, true, t@[true]) see(@, false, t@[false]) see(@, 1.5, t@[1.5]) see(@, 2, t@[2.0]) see(@, 33, t@[33.0]) see(@, -1, t@[-1])
see(@, o1, t@[o1]) see(@, o2, t@[o2]) see(@, o3, t@[o3]) see(@, o4, t@[o4])
see(@, 'a long string that is not interned, number 2', t@['a long string that is not interned, number 2'])
do local function up() return t@.a, t@[1], #t@ end local a, one, n = up() see(@, 'a', a) see(@, 1, one) border(@, n) end
do local put, see, _ENV = put, see, t@ see(@, 'b', b) see(@, 'k2', k2); (function() see(@, 'k3', k3) end)() end
if t@.m == itself then sure(t@:m() == t@) end
check(@, t@)
";

/// Makes programs from decisions: a decision is a number below the argument, which is at most 256.
pub fn write(decide: &mut dyn FnMut(usize) -> usize) -> String {
    let is_large = decide(256) >= 254;
    let mut writer = Writer { decide, text: PRELUDE.to_owned(), is_large, from: 0, range: 1, stored: 1000 };
    writer.program();
    writer.text
}

struct Writer<'a> {
    decide: &'a mut dyn FnMut(usize) -> usize,
    text: String,
    is_large: bool,
    /// Most integer keys are above `from`, by at most `range`.
    from: i64,
    range: i64,
    /// The last value that was stored.
    stored: i64,
}

impl Writer<'_> {
    fn below(&mut self, end: usize) -> usize {
        (self.decide)(end)
    }

    /// True in one of `many` cases.
    fn one_in(&mut self, many: usize) -> bool {
        // The end of a fuzzer's decisions means no.
        self.below(many) == many - 1
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn size(&mut self) -> i64 {
        if self.is_large && self.below(3) == 0 { self.of(LARGE_SIZES) } else { self.of(SIZES) }
    }

    fn program(&mut self) {
        self.from = self.of(&[0, 0, 0, 0, 0, 0, 0, 0, 0, -3, 40, 1 << 53, i64::MAX - 300]);
        self.range = 1 + self.of(&SIZES[..24]);
        let count = if self.is_large { 3 + self.below(6) } else { 2 + self.below(14) };
        for _ in 0..count {
            self.statement();
        }
        for table in 1..=TABLES {
            self.line(READS, table);
        }
    }

    /// Writes a line in which `@` stands for the table's number.
    fn line(&mut self, text: &str, table: usize) {
        self.text.push_str(&text.replace('@', &table.to_string()));
        if !text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn integer(&mut self) -> i64 {
        let any = self.below(256) as i64;
        match self.below(16) {
            15 => self.of(&[0, -1, 1 << 16, 1 << 40, i64::MAX, i64::MIN, 65535, 127, 256]),
            _ => self.from.wrapping_add(1 + any % self.range),
        }
    }

    /// The next value.
    fn value(&mut self) -> String {
        self.stored += 1;
        let number = self.stored;
        match self.below(10) {
            7 => format!("{{{number}}}"),
            8 => self.of(&["true", "false", "'v'"]).to_owned(),
            9 => format!("{number}.5"),
            _ => number.to_string(),
        }
    }

    fn value_or_nil(&mut self) -> String {
        if self.below(3) == 2 { "nil".to_owned() } else { self.value() }
    }

    fn statement(&mut self) {
        let table = 1 + usize::from(self.one_in(4));
        if self.is_large && self.below(3) == 0 {
            return self.portions(table);
        }
        match self.below(32) {
            0..=6 => self.store(table),
            7..=10 => self.scatter(table),
            11 => self.permutation(table),
            12..=14 => self.run_of_keys(table),
            15 | 16 => self.end_of_list(table),
            17 => self.queue(table),
            18..=20 => self.library(table),
            21 | 22 => self.constructor(table),
            23 | 24 => self.traversal(table),
            25 => {
                let option = self.of(&["'step'", "'collect'", "'step', 1", "'step', 30"]);
                self.line(&format!("collectgarbage({option})"), table);
            }
            26 => {
                let metatable = self.of(&[
                    "nil",
                    "{}",
                    "weak(@, t@)",
                    "{__index = function() end, __newindex = function(t, k, v) rawset(t, k, v) end}",
                    "{__index = {}}",
                ]);
                self.line(&format!("setmetatable(t@, {metatable})"), table);
            }
            // A metatable whose lookups are cached.
            27 => self.line("if t@.__index == nil then sure(setmetatable({}, t@).x == nil) end", table),
            28 => self.churn(table),
            29 => self.line("t@.m = itself put(@, 'm', itself) sure(t@:m() == t@)", table),
            30 => {
                self.line("for k in pairs(t@) do t@[k] = nil put(@, k) end sure(next(t@) == nil) border(@, #t@)", table)
            }
            _ => self.line("check(@, t@)", table),
        }
    }

    /// One store, or a few.
    fn store(&mut self, table: usize) {
        for _ in 0..1 + self.below(5) {
            let value = self.value_or_nil();
            let integer = self.integer();
            let name = self.of(NAMES);
            let other = self.of(OTHERS);
            // Lua need not read `math.mininteger`'s digits as an integer.
            let integer = if integer == i64::MIN { "math.mininteger".to_owned() } else { integer.to_string() };
            let is_exact = !integer.contains("math") && integer.len() < 16;
            let (store, key) = match self.below(16) {
                0..=2 => (format!("t@[{integer}] = v"), integer),
                3..=6 => (format!("local k = {integer} t@[k] = v"), integer),
                7 if is_exact => (format!("t@[{integer}.0] = v"), integer),
                8 if is_exact => (format!("local k = {integer}.0 t@[k] = v"), integer),
                9 => (format!("t@.{name} = v"), format!("'{name}'")),
                10 => (format!("local k = '{name}' t@[k] = v"), format!("'{name}'")),
                11 => (format!("t@[{other}] = v"), other.to_owned()),
                12 => (format!("rawset(t@, {integer}, v)"), integer),
                13 => (format!(";(function() t@.{name} = v end)()"), format!("'{name}'")),
                14 => (format!("do local _ENV = t@ {name} = v end"), format!("'{name}'")),
                15 => (
                    format!(";(function() local _ENV = t@ return function() {name} = v end end)()()"),
                    format!("'{name}'"),
                ),
                _ => (format!("rawset(t@, {other}, v)"), other.to_owned()),
            };
            self.line(&format!("do local v = {value} {store} put(@, {key}, v) see(@, {key}, t@[{key}]) end"), table);
        }
    }

    /// Keys in any order; some are removed again.
    fn scatter(&mut self, table: usize) {
        let count = 1 + self.below(40);
        let mut keys = String::new();
        for _ in 0..count {
            let key = self.from.wrapping_add(1 + self.below(256) as i64 % self.range);
            let _ = write!(keys, "{key},");
        }
        self.stored += 100;
        let (base, every, rest) = (self.stored, 2 + self.below(6), self.below(7));
        let store = self.of(&["t@[k] = v", "t@[k] = v", "t@[k] = v", "rawset(t@, k, v)", "k = k + 0.0 t@[k] = v"]);
        let text = format!(
            "for i, k in ipairs{{{keys}}} do local v if i % {every} ~= {rest} then v = {base} + i end {store} put(@, k, v) end"
        );
        self.line(&text, table);
        if self.below(2) == 1 {
            // Counts, like a multiset or a histogram.
            let text = format!(
                "for _, k in ipairs{{{keys}}} do local v = t@[k] see(@, k, v) if type(v) == 'integer' then v = v > {base} and v - {base} + 1 or nil else v = 1 end t@[k] = v put(@, k, v) end"
            );
            self.line(&text, table);
        }
    }

    /// All keys of a range in pseudorandom order, some of them twice.
    fn permutation(&mut self, table: usize) {
        let size = (self.size() as u64).next_power_of_two() as i64;
        let (factor, shift) = (2 * self.below(128) as i64 + 1, self.below(256) as i64);
        let count = if self.below(3) == 0 { size } else { size / 2 + self.below(256) as i64 % (size / 2 + 1) };
        self.stored += 300_000;
        let (base, every) = (self.stored, 1 + self.below(9));
        let from = self.from.min(1 << 40);
        let text = format!(
            "for i = 1, {count} do local k = {from} + (i * {factor} + {shift}) % {size} t@[k] = {base} + k put(@, k, {base} + k) if k % {every} == 1 then t@[k] = nil put(@, k) end end"
        );
        self.line(&text, table);
    }

    /// An array filled or emptied from either end.
    fn run_of_keys(&mut self, table: usize) {
        let (from, size) = (1 + self.below(4) as i64 * self.below(8) as i64, self.size());
        let to = from + size - 1;
        self.stored += 300_000;
        let base = if self.below(3) == 2 { None } else { Some(self.stored) };
        let (first, last, step) = match self.below(5) {
            0 | 1 => (from, to, 1),
            2 | 3 => (to, from, -1),
            _ => (from, to, 2 + self.below(3) as i64),
        };
        let value = base.map_or("nil".to_owned(), |base| format!("{base} + i"));
        let base = base.map_or("nil".to_owned(), |base| base.to_string());
        let told = format!("fill(@, {first}, {last}, {step}, {base})");
        let text = match self.below(6) {
            0 => format!("for i = {first}, {last}, {step} do rawset(t@, i, {value}) end {told}"),
            1 if base == "nil" => format!("for i = {first}.0, {last}, {step} do t@[i] = nil end {told}"),
            2 => format!(
                "for i = {first}, {last}, {step} do if i % 37 == 0 then border(@, #t@) end t@[i] = {value} put(@, i, {value}) end"
            ),
            _ => format!("for i = {first}, {last}, {step} do t@[i] = {value} end {told}"),
        };
        self.line(&text, table);
        self.line("border(@, #t@)", table);
    }

    /// A list that grows and shrinks at its end.
    fn end_of_list(&mut self, table: usize) {
        let count = self.size().min(20_000);
        self.stored += 100;
        let base = self.stored;
        let text = match self.below(5) {
            0 => format!(
                "for i = 1, {count} do t@[#t@ + 1] = {base} local n = #t@ sure(n == 0 or t@[n] ~= nil) end for k, v in pairs(t@) do put(@, k, v) end"
            ),
            1 => format!(
                "for i = 1, {count} do local n = border(@, #t@) t@[n + 1] = {base} + i put(@, n + 1, {base} + i) end"
            ),
            2 => format!(
                "for i = 1, {count} do local n = border(@, #t@) if n == 0 then break end t@[n] = nil put(@, n) end"
            ),
            3 => format!(
                "for i = 1, {count} do local n = #t@ table.insert(t@, {base} + i) put(@, n + 1, {base} + i) end border(@, #t@)"
            ),
            _ => format!(
                "for i = 1, {count} do local n = border(@, #t@) if n == 0 then break end removed(@, n, n, table.remove(t@)) end"
            ),
        };
        // Traversing first would hide what was lost, so this is checked before.
        if text.contains("pairs") {
            self.line("check(@, t@)", table);
        }
        self.line(&text, table);
    }

    /// Makes a large table change in portions, and stores while it does.
    fn portions(&mut self, table: usize) {
        let size = self.of(&[32768, 32768, 65536, 40000, 33000]);
        self.stored += 300_000;
        let base = self.stored;
        let fill =
            format!("fresh(@) t@ = {{}} for i = 1, {size} do t@[i] = {base} + i end fill(@, 1, {size}, 1, {base})");
        self.line(&fill, table);
        let (first, second) = (1 + self.below(30), 1 + self.below(200));
        let text = match self.below(4) {
            // Nodes have keys where the array is about to grow.
            0 | 1 => format!(
                "for i = {size} + {first} + {second} * 5, {size} + {first}, -{first} do t@[i] = -i put(@, i, -i) end \
                 for i = {size} + 1, {size} + {second} * 6 do if i % 50 ~= 0 then t@[i] = i put(@, i, i) end see(@, i, t@[i]) end"
            ),
            // An array is emptied except for a few entries; then it shrinks while keys are stored near its end.
            _ => {
                let key = self.of(&["-i", "i * 2^20 // 1 | 0", "i + 0.5", "'k' .. i"]);
                let near = self.of(&["#t@ + 1", "roll(N)", "N - i // 2", "N - i // 16 * 16 + roll(40)"]);
                let near = near.replace('N', &size.to_string());
                format!(
                    "for i = 1, {size} do if i % {first} ~= {first} // 2 or {first} < 4 then t@[i] = nil put(@, i) end end \
                     for i = 1, {size} // 4 + {second} * 100 do local k = {key} t@[k] = i put(@, k, i) \
                     if i % 3 == 0 then local k = math.max(1, {near}) local v = i % 4 ~= 0 and i or nil t@[k] = v put(@, k, v) end end"
                )
            }
        };
        self.line(&text, table);
        if self.below(2) == 1 {
            self.line("check(@, t@)", table);
        }
    }

    fn queue(&mut self, table: usize) {
        let (count, window, from) = (self.size().min(9000), self.size().min(300), self.below(20));
        self.stored += 100;
        let base = self.stored;
        let text = format!(
            "do local head, tail = {from}, {from} for i = 1, {count} do t@[tail] = {base} put(@, tail, {base}) tail = tail + 1 if i > {window} then see(@, head, t@[head]) t@[head] = nil put(@, head) head = head + 1 end end end"
        );
        self.line(&text, table);
    }

    fn library(&mut self, table: usize) {
        let (value, integer) = (self.value(), 1 + self.below(40));
        match self.below(7) {
            0 => self.line(&format!("do local n, v = border(@, #t@), {value} if n < 3000 then local at = {integer} % (n + 1) + 1 table.insert(t@, at, v) inserted(@, at, n, v) end end"), table),
            1 => self.line(&format!("do local n = border(@, #t@) if n < 3000 then local at = {integer} % (n + 1) + 1 removed(@, at, n, table.remove(t@, at)) end end"), table),
            2 => {
                let (from, count, at, other) = (self.below(12), self.size().min(3000), self.below(40), 1 + self.below(2));
                let to = from as i64 + count - 1;
                self.line(&format!("table.move(t@, {from}, {to}, {at}, t{other}) moved(@, {from}, {to}, {at}, {other})"), table);
            }
            3 => self.line("do local n = border(@, #t@) if sortable(@, n) then table.sort(t@) sorted(@, n) end end", table),
            4 => self.line("do local n = border(@, #t@) if sortable(@, n) then local i = 0 for text in table.concat(t@, ',') :gmatch('[^,]+') do i = i + 1 see(@, i, tonumber(text)) end sure(i == n) end end", table),
            5 => {
                let (from, count) = (self.below(12), self.below(60));
                self.line(&format!("unpacked(@, {from}, unpack(t@, {from}, {from} + {count}))"), table);
            }
            _ => self.line("do local n = border(@, #t@) if n < 200 then unpacked(@, 1, unpack(t@)) end end", table),
        }
    }

    /// A new table from a constructor.
    fn constructor(&mut self, table: usize) {
        let (mut fields, mut told) = (String::new(), String::new());
        let count = self.of(&[0, 1, 2, 3, 4, 5, 7, 9, 16, 33, 50, 51, 70]);
        let is_plain = self.below(2) == 0;
        for key in 1..=count {
            let value = if is_plain { (self.stored + key).to_string() } else { self.value_or_nil() };
            // Both are new tables with the same number.
            let _ = write!(fields, "{value},");
            let _ = write!(told, "put(@, {key}, {value}) ");
            if self.one_in(6) {
                let (name, value) = (self.of(NAMES), self.value());
                let _ = write!(fields, "{name} = {value},");
                let _ = write!(told, "put(@, '{name}', {value}) ");
            }
        }
        self.stored += 300;
        for _ in 0..self.below(6) {
            let value = self.value_or_nil();
            let (key, field) = match self.below(4) {
                0 => {
                    // Above all keys of the lists.
                    let key = (140 + self.below(100)).to_string();
                    (key.clone(), format!("[{key}]"))
                }
                1 => {
                    let other = self.of(OTHERS);
                    (other.to_owned(), format!("[{other}]"))
                }
                2 => (format!("-{count}"), format!("[-{count}.0]")),
                _ => {
                    let name = self.of(NAMES);
                    (format!("'{name}'"), name.to_owned())
                }
            };
            let _ = write!(fields, "{field} = {value},");
            let _ = write!(told, "put(@, {key}, {value}) ");
        }
        if self.below(4) == 3 {
            // An open list at the end.
            let more = self.below(60) as i64;
            let base = self.stored;
            self.stored += 100;
            let list = self.of(&[
                "values(B, N)",
                "unpack({values(B, N)}, 1, N + 2)",
                "(function(...) return ... end)(values(B, N))",
            ]);
            fields += &list.replace('B', &base.to_string()).replace('N', &more.to_string());
            for index in 0..more {
                let _ = write!(told, "put(@, {}, {}) ", count + 1 + index, base + more - index);
            }
        }
        let text = match self.below(8) {
            7 if !fields.contains('[') && !fields.contains('=') => {
                format!("t@ = table.pack({}) {told} put(@, 'n', t@.n) border(@, #t@)", fields.trim_end_matches(','))
            }
            _ => format!("t@ = {{{fields}}} {told} border(@, #t@)"),
        };
        self.line(&format!("fresh(@) {text}"), table);
    }

    /// A traversal that assigns to entries or removes them.
    fn traversal(&mut self, table: usize) {
        self.stored += 300_000;
        let base = self.stored;
        let how = self.of(&["pairs(t@)", "next, t@", "pairs(t@)", "next, t@, nil"]);
        let extra = self.of(&[
            "",
            "",
            "if roll(30) == 0 then collectgarbage('step') end",
            "if roll(200) == 0 then collectgarbage() end",
        ]);
        let (removals, assignments) = (self.below(6), self.below(4));
        let other = self.of(&["", "", "local o = next(t@) if o ~= nil then t@[o] = nil put(@, o) end"]);
        let text = format!(
            "for k, v in {how} do visit(@, k, v) local r = roll(10) if r < {removals} then t@[k] = nil put(@, k) {other} elseif r < {removals} + {assignments} then t@[k] = {base} put(@, k, {base}) end {extra} end visited(@)"
        );
        self.line(&text, table);
    }

    /// Objects that are keys for a moment, or as long as nothing else refers to them.
    fn churn(&mut self, table: usize) {
        self.stored += 100;
        let (base, count) = (self.stored, 1 + self.below(40));
        let key = self.of(&[
            "{B + i}",
            "{B + i}",
            "B + i + 0.5",
            "'a long string that comes and goes, with the number ' .. i",
            "'s' .. i",
        ]);
        let key = key.replace('B', &base.to_string());
        let keep = 1 + self.below(4);
        let mode = self.below(2);
        // Weak tables lose keys by themselves.
        let guard = "local mt = getmetatable(t@) if not mt or mt.__mode == nil then";
        let text = match mode {
            0 => format!(
                "do {guard} for i = 1, {count} do local k = {key} t@[k] = i put(@, k, i) if i % {keep} == 0 then t@[k] = nil put(@, k) end end end end"
            ),
            _ => format!(
                "do {guard} local last for i = 1, {count} do local k = {key} t@[k] = i put(@, k, i) if last then t@[last] = nil put(@, last) see(@, last, t@[last]) end if i % 7 == 0 then collectgarbage() end last = k end end end"
            ),
        };
        self.line(&text, table);
    }
}
