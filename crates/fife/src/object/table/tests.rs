//! Keys that collide: they are found, and the search costs fuel.

use crate::object::string::hash;
use crate::{Fuel, Host, Lua, Status};

struct Seeded;
impl Host for Seeded {
    fn hash_seed(&self) -> u64 {
        7
    }
}

/// The fuel of a script that stores and reads under these names, which it gets in a list, and in ways that all paths of
/// the machine come to; it fails if any is not found.
fn fuel_of(names: &[String]) -> i64 {
    let mut lua = Lua::builder().host(Seeded).build().unwrap();
    lua.enter(|ctx| {
        let list = ctx.table();
        for (index, name) in names.iter().enumerate() {
            list.set(ctx, index as i64 + 1, ctx.string(name)).unwrap();
        }
        ctx.globals().set_field(ctx, "names", list);
    });
    let first = &names[0];
    let source = format!(
        "local t, heir = {{}}, setmetatable({{}}, {{}})
        getmetatable(heir).__index = t
        for i, name in ipairs(names) do t[name] = i end
        for i, name in ipairs(names) do assert(t[name] == i and heir[name] == i and rawget(t, name) == i) end
        assert(t.{first} == 1 and heir.{first} == 1 and t.absent == nil and heir.absent == nil)
        t.{first} = 'changed'
        assert(t.{first} == 'changed' and next(t) ~= nil)
        t.{first} = nil
        assert(t.{first} == nil and heir.{first} == nil)
        t.{first} = function(self) return self end
        assert(heir:{first}() == heir and t:{first}() == t)
        local count = 0
        for name, value in pairs(t) do count = count + 1; t[name] = nil end
        assert(count == #names and next(t) == nil)
        for i, name in ipairs(names) do t[name] = i end
        for i, name in ipairs(names) do assert(t[name] == i) end"
    );
    let task = lua.load(source).name("=collisions").start(()).unwrap();
    let mut fuel = Fuel::with(1 << 40);
    let before = fuel.remaining();
    assert_eq!(task.run(&mut lua, &mut fuel).unwrap(), Status::Finished);
    before - fuel.remaining()
}

#[test]
fn strings_that_collide_are_found_and_cost_fuel() {
    let count = if cfg!(miri) { 50 } else { 1500 };
    // More than there are nodes for so many.
    let mask = 4095;
    let name = |number: &usize| format!("s{number}");
    let ordinary: Vec<_> = (0..count).map(|number| name(&number)).collect();
    let colliding: Vec<_> =
        (0..).map(|number| name(&number)).filter(|name| hash(name.as_bytes(), 7) & mask == 1).take(count).collect();
    let (ordinary, colliding) = (fuel_of(&ordinary), fuel_of(&colliding));
    // A chain is half as long as the list in the mean, eight of its nodes are a unit, and each name is looked for some
    // five times.
    let least = if cfg!(miri) { ordinary + 100 } else { (count * count) as i64 / 2 / 8 * 4 };
    assert!(
        colliding > least && colliding < 20 * least + ordinary,
        "{ordinary} and {colliding} units, {least} at least"
    );
}

#[test]
fn numbers_that_collided_with_a_known_multiplier_do_not() {
    let run = |keys: &str| {
        let mut lua = Lua::builder().host(Seeded).build().unwrap();
        let source =
            format!("local t = {{}} for i = 1, 20000 do local key = {keys}; t[key] = i; assert(t[key] == i) end");
        let task = lua.load(source).name("=collisions").start(()).unwrap();
        let mut fuel = Fuel::with(1 << 40);
        let before = fuel.remaining();
        assert_eq!(task.run(&mut lua, &mut fuel).unwrap(), Status::Finished);
        before - fuel.remaining()
    };
    if cfg!(miri) {
        return;
    }
    let ordinary = run("i + 0.5");
    for keys in ["i << 40", "i << 48", "i * 2.0^40 + 0.0", "i * 0x61C8864680B583EB", "i / 2^20"] {
        let fuel = run(keys);
        assert!(fuel < ordinary * 3 / 2, "{keys}: {fuel} units, others {ordinary}");
    }
}

/// Objects choose nodes by their serial numbers. A script that keeps every 256th knows which of them would collide.
#[test]
fn objects_far_apart_do_not_collide_for_long() {
    if cfg!(miri) {
        return;
    }
    let run = |key: &str| {
        let mut lua = Lua::builder().host(Seeded).build().unwrap();
        let source = format!(
            "local t, keys = {{}}, {{}}
            for i = 1, 10000 do
              for _ = 1, 255 do local _ = {{}} end
              keys[i] = {{}}
            end
            for i = 1, 10000 do t[{key}] = i end
            for _ = 1, 10 do for i = 1, 10000 do assert(t[{key}] == i) end end"
        );
        let task = lua.load(source).name("=collisions").start(()).unwrap();
        let mut fuel = Fuel::with(1 << 40);
        let before = fuel.remaining();
        assert_eq!(task.run(&mut lua, &mut fuel).unwrap(), Status::Finished);
        before - fuel.remaining()
    };
    let (ordinary, objects) = (run("i + 0.5"), run("keys[i]"));
    assert!(objects < ordinary + 11 * 10_000 * 2, "{objects} units, {ordinary} with other keys");
}
