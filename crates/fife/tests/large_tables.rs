//! Large tables, whose parts grow and shrink in portions, against a model: random stores, removals, reads and
//! traversals, with slices of collection in between and freed memory overwritten.

use fife::Lua;
use fife::gc::{Context, Table, Value};
use std::collections::HashMap;

/// Under Miri everything is smaller by this factor, and so are the tables that count as large.
const SCALE: u64 = if cfg!(miri) { 50 } else { 1 };

/// A small generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) % end
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Integer(i64),
    /// A float that is not an integer: this plus a half.
    Float(i64),
    Short(u32),
    Long(u32),
    Boolean(bool),
    /// The table with this number in `keys`.
    Object(u32),
}

impl Key {
    fn value<'gc>(self, ctx: Context<'gc>, keys: Table<'gc>) -> Value<'gc> {
        match self {
            Key::Integer(key) => Value::Integer(key),
            Key::Float(key) => Value::Number(key as f64 + 0.5),
            Key::Short(key) => ctx.string(format!("key {key}")).into(),
            Key::Long(key) => ctx.string(format!("{key:0>60}")).into(),
            Key::Boolean(key) => Value::Boolean(key),
            Key::Object(key) => match keys.get(ctx, i64::from(key)) {
                Value::Nil => {
                    let object = ctx.table();
                    object.set(ctx, 1, i64::from(key)).unwrap();
                    keys.set(ctx, i64::from(key), object).unwrap();
                    object.into()
                }
                object => object,
            },
        }
    }
}

/// A program's behavior for a while: which keys it uses, and how often it removes.
struct Habit {
    kind: u64,
    /// For integers: the first key, and the distance between keys.
    from: i64,
    step: i64,
    next: i64,
    range: u64,
    removals: u64,
    /// For integers: how many are kept; older ones are removed, as in a queue.
    window: Option<i64>,
}

impl Habit {
    fn new(random: &mut Random) -> Habit {
        let step = [1, 1, 1, -1, 2, 3, 1 << 40][random.below(7) as usize];
        Habit {
            kind: random.below(12),
            // Lists from their first element on, upwards or down to it, and elements far from there.
            from: match random.below(4) {
                0 | 1 if step > 0 => 0,
                0 | 1 => random.below(40_000 / SCALE) as i64,
                _ => random.below(200_000 / SCALE) as i64,
            },
            step,
            next: 0,
            range: 1 + random.below(100_000 / SCALE),
            removals: random.below(7),
            window: (random.below(3) == 0).then(|| 1 << random.below(if cfg!(miri) { 8 } else { 16 })),
        }
    }

    /// The key that leaves the window with the next one.
    fn leaving(&self) -> Option<Key> {
        let window = self.window.filter(|window| self.kind <= 4 && *window <= self.next)?;
        Some(Key::Integer(self.from.wrapping_add(self.step.wrapping_mul(self.next - window))))
    }

    fn key(&mut self, random: &mut Random) -> Key {
        let any = random.below(self.range);
        match self.kind {
            0..=4 => {
                self.next += 1;
                Key::Integer(self.from.wrapping_add(self.step.wrapping_mul(self.next)))
            }
            5 => Key::Integer(any as i64),
            6 => Key::Float(any as i64),
            7 | 8 => Key::Short(any as u32),
            9 => Key::Long(any as u32),
            10 => Key::Object(any as u32 % 5000),
            _ => [
                Key::Boolean(any.is_multiple_of(2)),
                Key::Integer(any as i64),
                Key::Float(any as i64),
                Key::Short(any as u32),
            ][random.below(4) as usize],
        }
    }
}

/// Stored values are tables with a number, so that one freed too early is noticed.
fn number_of<'gc>(ctx: Context<'gc>, value: Value<'gc>) -> Option<i64> {
    match value {
        Value::Nil => None,
        Value::Table(table) => match table.get(ctx, 1) {
            Value::Integer(number) => Some(number),
            other => panic!("a stored table has {other:?}"),
        },
        other => panic!("{other:?} was never stored"),
    }
}

/// The number of operations between two slices of collection.
const BATCH: usize = if cfg!(miri) { 50 } else { 500 };

fn run(seed: u64, rounds: usize, operations: usize) {
    let mut random = Random(seed);
    let mut lua = Lua::new();
    lua.set_poison(true);
    lua.enter(|ctx| {
        ctx.registry().set_field(ctx, "keys", ctx.table());
        ctx.registry().set_field(ctx, "subject", ctx.table());
    });
    let mut model: HashMap<Key, i64> = HashMap::new();
    let mut used: Vec<Key> = Vec::new();
    for round in 0..rounds {
        let mut habit = Habit::new(&mut random);
        for _ in 0..operations / BATCH {
            lua.enter(|ctx| {
                let (Value::Table(keys), Value::Table(subject)) =
                    (ctx.registry().get_field(ctx, "keys"), ctx.registry().get_field(ctx, "subject"))
                else {
                    unreachable!()
                };
                for _ in 0..BATCH {
                    if random.below(10) < habit.removals && !used.is_empty() {
                        let key = used[random.below(used.len() as u64) as usize];
                        subject.set(ctx, key.value(ctx, keys), Value::Nil).unwrap();
                        model.remove(&key);
                        continue;
                    }
                    if let Some(key) = habit.leaving() {
                        subject.set(ctx, key.value(ctx, keys), Value::Nil).unwrap();
                        model.remove(&key);
                    }
                    let key = habit.key(&mut random);
                    let number = random.below(1 << 40) as i64;
                    let stored = ctx.table();
                    stored.set(ctx, 1, number).unwrap();
                    subject.set(ctx, key.value(ctx, keys), stored).unwrap();
                    assert_eq!(number_of(ctx, subject.get(ctx, key.value(ctx, keys))), Some(number), "{key:?}");
                    model.insert(key, number);
                    used.push(key);
                    let other = used[random.below(used.len() as u64) as usize];
                    let found = number_of(ctx, subject.get(ctx, other.value(ctx, keys)));
                    assert_eq!(found, model.get(&other).copied(), "{other:?} in round {round}");
                }
            });
            lua.collect_step(random.below(if cfg!(miri) { 1 << 13 } else { 1 << 18 }) as usize);
        }
        lua.enter(|ctx| check(ctx, &model, round));
    }
}

/// Checks that every entry of the model is found, and that a traversal meets as many.
fn check(ctx: Context<'_>, model: &HashMap<Key, i64>, round: usize) {
    let (Value::Table(keys), Value::Table(subject)) =
        (ctx.registry().get_field(ctx, "keys"), ctx.registry().get_field(ctx, "subject"))
    else {
        unreachable!()
    };
    for (key, number) in model {
        let found = number_of(ctx, subject.get(ctx, key.value(ctx, keys)));
        assert_eq!(found, Some(*number), "{key:?} in round {round}");
    }
    let mut sum = 0_i64;
    let mut count = 0;
    let mut key = Value::Nil;
    while let Some((next, value)) = subject.next(ctx, key).expect("a key that was just met") {
        sum = sum.wrapping_add(number_of(ctx, value).expect("an entry has a value"));
        count += 1;
        key = next;
    }
    assert_eq!((count, sum), (model.len(), model.values().fold(0_i64, |sum, number| sum.wrapping_add(*number))));
    let length = subject.length();
    let has = |key: i64| model.contains_key(&Key::Integer(key));
    assert!((length == 0 || has(length)) && !has(length + 1), "{length} is no border");
}

#[test]
fn large_tables_hold_what_was_stored() {
    // For more seeds after changes to tables: `FIFE_TABLE_SEEDS=100`.
    let seeds = if cfg!(miri) { None } else { std::env::var("FIFE_TABLE_SEEDS").ok() };
    for seed in 0..seeds.and_then(|seeds| seeds.parse().ok()).unwrap_or(if cfg!(miri) { 2 } else { 4 }) {
        run(seed, if cfg!(miri) { 4 } else { 10 }, 40_000 / SCALE as usize);
    }
}
