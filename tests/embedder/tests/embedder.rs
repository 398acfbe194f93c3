//! Common wishes of embedders, each in a few lines: with `fife` alone, without `unsafe`, and without lifetimes except
//! where Lua values and Rust objects refer to each other.
#![forbid(unsafe_code)]

use fife::arena::{Gc, RefLock, field};
use fife::gc::{self, Context};
use fife::{Collect, Error, ErrorKind, Fuel, Function, Limits, Lua, Result, Table, Value, Variadic};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn typed_call() -> Result<()> {
    let mut lua = Lua::new();
    lua.load("function area(width, height) return width * height, 'm2' end").exec()?;
    let area: Function = lua.globals().get(&lua, "area")?;
    let (size, unit): (f64, String) = area.call(&mut lua, (2.5, 4))?;
    assert_eq!((size, &*unit), (10.0, "m2"));
    Ok(())
}

#[test]
fn capturing_closure() -> Result<()> {
    let mut lua = Lua::new();
    let stock = Arc::new(Mutex::new(HashMap::from([("tea".to_owned(), 3)])));
    let shared = stock.clone();
    let take = move |what: String, count: i64| -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
        let mut stock = shared.lock().unwrap();
        let left = stock.get_mut(&what).ok_or_else(|| format!("no {what}"))?;
        *left -= count;
        Ok(*left)
    };
    lua.globals().set_function(&lua, "take", take)?;
    assert_eq!(lua.load("take('tea', 2)").eval::<i64>()?, 1);
    assert_eq!(stock.lock().unwrap()["tea"], 1);
    let error = lua.load("take('cake', 1)").name("@shop.lua").exec().unwrap_err();
    assert_eq!(error.to_string(), "shop.lua:1: no cake");
    Ok(())
}

#[test]
fn sandbox_tells_limits_apart() -> Result<()> {
    let mut limits = Limits::untrusted();
    limits.memory = Some(4 << 20);
    limits.fuel = Some(1_000_000);
    let mut lua = Lua::builder().limits(limits).build()?;
    let mut kind = |source: &str| lua.load(source).exec().unwrap_err().kind();
    assert_eq!(kind("while true do pcall(error) end"), ErrorKind::Fuel);
    assert_eq!(kind("local s = 'x' while true do s = s .. s end"), ErrorKind::Memory);
    assert_eq!(kind("error('not enough memory', 0)"), ErrorKind::Runtime);
    limits.fuel = None;
    limits.deadline = Some(Duration::from_millis(10));
    let mut lua = Lua::builder().limits(limits).build()?;
    assert_eq!(lua.load("while true do end").exec().unwrap_err().kind(), ErrorKind::Deadline);
    assert_eq!(lua.load("1 + 1").eval::<i64>()?, 2);
    Ok(())
}

/// A game: scripts subscribe to events, and the host calls them, each frame with its own fuel.
struct Game {
    lua: Lua,
    handlers: Arc<Mutex<HashMap<String, Vec<Function>>>>,
}

impl Game {
    fn new(script: &str) -> Result<Game> {
        let mut lua = Lua::new();
        let handlers = Arc::new(Mutex::new(HashMap::<String, Vec<Function>>::new()));
        let known = handlers.clone();
        let on = move |event: String, handler: Function| known.lock().unwrap().entry(event).or_default().push(handler);
        lua.globals().set_function(&lua, "on", on)?;
        lua.load(script).name("@game.lua").exec()?;
        Ok(Game { lua, handlers })
    }

    fn emit(&mut self, event: &str, argument: i64) -> Result<()> {
        let handlers = self.handlers.lock().unwrap().get(event).cloned().unwrap_or_default();
        handlers.iter().try_for_each(|handler| {
            let task = handler.start(&self.lua, argument)?;
            task.run(&mut self.lua, &mut Fuel::with(10_000)).map(|_| ())
        })
    }
}

#[test]
fn game_loop() -> Result<()> {
    let mut game = Game::new(
        "score = 0
         on('hit', function(points) score = score + points end)
         on('hit', function() while true do end end)
         on('end', function() on('hit', print) error('over') end)",
    )?;
    for points in 1..=10 {
        game.emit("hit", points)?;
    }
    assert_eq!(game.lua.globals().get::<i64>(&game.lua, "score")?, 55);
    assert_eq!(game.emit("end", 0).unwrap_err().to_string(), "game.lua:4: over");
    assert_eq!(game.handlers.lock().unwrap()["hit"].len(), 3);
    Ok(())
}

#[test]
fn print_capture() -> Result<()> {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let kept = printed.clone();
    let mut lua = Lua::builder().output(move |text| kept.lock().unwrap().extend_from_slice(text)).build()?;
    lua.load("print('a', 1) print(nil, 1.5)").exec()?;
    assert_eq!(String::from_utf8_lossy(&printed.lock().unwrap()), "a\t1\nnil\t1.5\n");
    Ok(())
}

/// A node of a graph that the collector sees: it refers to a Lua table, which refers to it.
#[derive(Collect)]
struct Node<'gc> {
    label: String,
    data: RefLock<Option<gc::Table<'gc>>>,
}

fife::userdata_type! {
    /// Userdata that are nodes.
    NodeType("embedder.node") for Node<'_>;
}

#[test]
fn gc_type_in_a_cycle() {
    let mut lua = Lua::new();
    let cycle = |ctx: Context<'_>| {
        let node = Gc::new(ctx.mc(), Node { label: "n".repeat(100), data: RefLock::new(None) });
        let table = ctx.table();
        table.set_field(ctx, "node", gc::UserData::new::<NodeType>(ctx, node));
        *field!(Gc::write(ctx.mc(), node), Node, data).unlock().borrow_mut() = Some(table);
        node.label.len()
    };
    let settled = |lua: &mut Lua| {
        lua.collect_all();
        lua.collect_all();
        lua.memory().object_bytes
    };
    assert_eq!(lua.enter(cycle), 100);
    let before = settled(&mut lua);
    (0..10_000).for_each(|_| assert_eq!(lua.enter(cycle), 100));
    assert!(lua.memory().object_bytes > before + 10_000);
    assert!(settled(&mut lua) <= before);
}

#[test]
fn callback_for_each_element() -> Result<()> {
    let mut lua = Lua::new();
    let list: Table = lua.load("{3, 1, 2, name = 'numbers'}").eval()?;
    let square: Function = lua.load("function(n) return n * n end").eval()?;
    let mut squares = Vec::new();
    for number in list.elements::<i64>(&lua)? {
        squares.push(square.call::<i64>(&mut lua, number)?);
    }
    assert_eq!(squares, [9, 1, 4]);
    let mut seen = Vec::new();
    list.for_each(&lua, |key: Value, value: Value| {
        seen.push(format!("{}={}", key.describe(&lua), value.describe(&lua)));
        Ok(())
    })?;
    assert_eq!(seen, ["1=3", "2=1", "3=2", "name=numbers"]);
    lua.globals().set_function(&lua, "sum", |all: Variadic<i64>| all.iter().sum::<i64>())?;
    assert_eq!(lua.load("return sum(...)").call::<i64>(Variadic::from(squares))?, 14);
    Ok(())
}

#[test]
fn modules_from_memory() -> Result<()> {
    let sources = HashMap::from([
        ("greet", "local names = require('names') return function(n) return 'hello, ' .. names[n] end"),
        ("names", "return {'Ann', 'Bob'}"),
    ]);
    let find = move |name: &[u8]| sources.get(std::str::from_utf8(name).ok()?).map(|source| source.as_bytes().to_vec());
    let mut lua = Lua::builder().limits(Limits::untrusted()).modules(find).build()?;
    assert_eq!(lua.load("require('greet')(2)").eval::<String>()?, "hello, Bob");
    assert!(lua.load("require('os')").exec().unwrap_err().to_string().contains("module 'os' not found"));
    Ok(())
}

/// Rust errors go through Lua and come back.
#[test]
fn errors_keep_their_causes() {
    let mut lua = Lua::new();
    let read = |path: String| {
        std::fs::read_to_string(&path).map_err(|error| Error::new(error).context(format!("cannot read {path}")))
    };
    lua.globals().set_function(&lua, "read", read).unwrap();
    let error = lua.load("local ok, e = pcall(read, '/no/such/file') error(e)").exec().unwrap_err();
    assert_eq!(error.to_string(), "cannot read /no/such/file");
    assert!(format!("{error:#}").starts_with("cannot read /no/such/file: No such file"));
    assert_eq!(error.downcast_ref::<std::io::Error>().map(|it| it.kind()), Some(std::io::ErrorKind::NotFound));
}

/// An embedder's own type in fewer than forty lines: fields, methods, metamethods, an error.
mod classes {
    use fife::{Lua, Ref, Result, UserData, Value};

    #[derive(Clone, UserData)]
    pub struct Account {
        #[lua(get, set)]
        owner: String,
        #[lua(get)]
        balance: i64,
        #[allow(dead_code)]
        pin: u16,
    }

    #[fife::methods]
    impl Account {
        pub fn new(owner: String) -> Self {
            Account { owner, balance: 0, pin: 1234 }
        }
        pub fn deposit(&mut self, amount: i64) -> Result<i64, String> {
            let balance = self.balance + amount;
            self.balance = if amount > 0 { balance } else { return Err(format!("cannot deposit {amount}")) };
            Ok(balance)
        }
        #[lua(meta)]
        pub fn __add(&self, other: Ref<Account>) -> Result<Account> {
            other.with(|other| Account { balance: self.balance + other.balance, ..self.clone() })
        }
        #[lua(meta)]
        pub fn __tostring(&self) -> String {
            format!("{}: {}", self.owner, self.balance)
        }
        #[lua(meta)]
        pub fn __close(&mut self, _error: Value) {
            self.balance = 0;
        }
    }

    #[test]
    fn class() -> Result<()> {
        let mut lua = Lua::new();
        lua.globals().set_class::<Account>(&lua)?;
        let source = "
            local a, b = Account.new('ann'), Account.new('bob')
            a:deposit(10) b:deposit(5)
            b.owner = 'ben'
            local sum = tostring(a + b)
            do local closed <close> = b end
            return sum, tostring(b), a.pin, select(2, pcall(a.deposit, a, -1))";
        let (sum, closed, pin, error): (String, String, Option<i64>, String) = lua.load(source).eval()?;
        assert_eq!((&*sum, &*closed, pin, &*error), ("ann: 15", "ben: 0", None, "cannot deposit -1"));
        Ok(())
    }
}
