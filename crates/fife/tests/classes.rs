//! Classes: types of the host whose values scripts can hold.

use fife::arena::{Gc, OutOfMemory, Rootable};
use fife::gc::{self, Context};
use fife::{
    Access, AnyUserData, AsyncContext, Class, Collect, ErrorKind, Fuel, Function, Libraries, Limits, Lua, MetaMethod,
    Ref, Result, Table, This, UserData, Value, Variadic, userdata_type,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

// ---- By derive and methods block: under 40 lines, with fields, methods, metamethods and an error ----

#[derive(UserData)]
#[lua(name = "game.Player")]
struct Player {
    #[lua(get, set)]
    name: String,
    #[lua(get)]
    health: i64,
    secret: u8,
}

#[fife::methods]
impl Player {
    pub fn new(name: String) -> Self {
        Player { name, health: 10, secret: 7 }
    }
    pub fn hit(&mut self, by: i64) -> Result<i64, String> {
        if by < 0 {
            return Err(format!("{} cannot be hit by {by}", self.name));
        }
        self.health -= by;
        Ok(self.health)
    }
    #[lua(getter)]
    pub fn rank(&self) -> i64 {
        self.health + i64::from(self.secret)
    }
    #[lua(setter)]
    pub fn set_rank(&mut self, rank: i64) {
        self.health = rank - i64::from(self.secret);
    }
    #[lua(meta)]
    pub fn __add(&self, other: Ref<Player>) -> Result<Player> {
        other.with(|other| Player { name: format!("{}{}", self.name, other.name), health: self.health, secret: 0 })
    }
    #[lua(meta)]
    pub fn __tostring(&self) -> String {
        format!("<{}>", self.name)
    }
    #[lua(meta)]
    pub fn __close(&mut self, _error: Value) {
        self.health = 0;
    }
    pub fn absorb(&mut self, other: Ref<Player>) -> Result<()> {
        self.health += other.with_mut(|other| std::mem::take(&mut other.health))?;
        Ok(())
    }
    #[lua(name = "nickname")]
    fn short(&self, ctx: Context<'_>, length: usize) -> Result<Table> {
        let table = Table::new(&ctx)?;
        table.push(&ctx, self.name.chars().take(length).collect::<String>())?;
        Ok(table)
    }
    #[lua(skip)]
    pub fn hidden<T>(&self, value: T) -> T {
        value
    }
    fn private(&self) {}
}

fn with_players() -> Lua {
    let lua = Lua::new();
    lua.globals().set_class::<Player>(&lua).unwrap();
    lua.globals().set(&lua, "ann", Player::new("Ann".into())).unwrap();
    lua.globals().set(&lua, "bob", Player::new("Bob".into())).unwrap();
    lua
}

/// The results of a chunk, as text, or the error.
fn run(lua: &mut Lua, source: &str) -> String {
    match lua.load(source).name("=demo").eval::<Variadic<Value>>() {
        Ok(values) => {
            let texts: Vec<String> =
                values.iter().map(|it| lua.to_text(it).expect("a text").to_str_lossy().into_owned()).collect();
            texts.join(" ")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_derived_class_has_fields_methods_and_metamethods() {
    let lua = &mut with_players();
    for (source, expected) in [
        ("return ann.name, ann.health, ann.secret, ann.private, ann.hidden, ann.nonsense", "Ann 10 nil nil nil nil"),
        ("return ann:hit(3), ann.health, ann.rank", "7 7 14"),
        ("return tostring(ann), tostring(ann + bob), type(ann)", "<Ann> <AnnBob> userdata"),
        ("ann.name = 'Eve' ann.rank = 20 return ann.name, ann.health", "Eve 13"),
        ("return ann:nickname(2)[1]", "Ev"),
        ("local copy = Player.new('Cy') do local it <close> = copy end return copy.health", "0"),
        ("bob:absorb(ann) return bob.health, ann.health", "23 0"),
        ("return getmetatable(ann), rawequal(ann, ann), ann == bob", "Player true false"),
        ("return pcall(setmetatable, ann, {})", "false bad argument #1 to 'setmetatable' (table expected, got Player)"),
        // Errors say where.
        ("ann:hit(-1)", "demo:1: Eve cannot be hit by -1"),
        ("ann:hit('much')", "demo:1: bad argument #1 to 'hit' (integer expected, got string)"),
        ("ann.hit(5)", "demo:1: bad argument #1 to 'hit' (Player expected, got number)"),
        ("ann.hit()", "demo:1: bad argument #1 to 'hit' (Player expected, got no value)"),
        ("ann:absorb({})", "demo:1: bad argument #1 to 'absorb' (Player expected, got table)"),
        ("ann:absorb(ann)", "demo:1: bad argument #1 to 'absorb' (the Player is being changed)"),
        ("ann.name = {}", "demo:1: bad value for field 'name' (string expected, got table)"),
        ("ann.health = 100", "demo:1: field 'health' of Player cannot be set"),
        ("ann.secret = 100", "demo:1: Player has no field 'secret'"),
        ("ann.hit = print", "demo:1: Player has no field 'hit'"),
        ("ann[1] = 2", "demo:1: Player has no field whose key is of type number"),
        ("Player.new = nil", "demo:1: attempt to change a frozen table"),
        ("return ann < bob", "demo:1: attempt to compare two Player values"),
        ("return ann.rank.x", "demo:1: attempt to index a number value (field 'rank')"),
    ] {
        assert_eq!(run(lua, source), expected, "{source}");
    }
    let error = lua.load("ann:absorb(ann)").exec().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Borrow);
    let player = Player::new(String::new());
    player.private();
    assert_eq!(player.hidden(1), 1);
}

// ---- By hand ----

struct Celsius(f64);

impl UserData for Celsius {
    const NAME: &'static str = "test.Celsius";
    fn class(class: &mut Class<Self>) {
        class
            .meta(MetaMethod::Index, |this: &Celsius, key: Value| match key {
                Value::String(key) => format!("{} of {}", key.to_str_lossy(), this.0),
                _ => "not a name".to_owned(),
            })
            .meta_mut(MetaMethod::NewIndex, |this: &mut Celsius, _: Value, value: f64| this.0 = value)
            .meta(MetaMethod::Call, |this: &Celsius, by: f64| this.0 * by)
            .meta(MetaMethod::Len, |this: &Celsius| this.0 as i64)
            .meta(MetaMethod::Lt, |this: &Celsius, other: Ref<Celsius>| other.with(|other| this.0 < other.0))
            .meta_function(MetaMethod::Concat, |a: Value, b: Value| matches!((a, b), (Value::String(_), _)))
            .method("kelvin", |this: &Celsius| this.0 + 273.15)
            .method("same", |_: &Celsius, other: AnyUserData| other);
    }
}

#[test]
fn metamethods_are_asked_last() {
    let mut lua = Lua::new();
    lua.globals().set(&lua, "t", Celsius(20.0)).unwrap();
    lua.globals().set(&lua, "u", Celsius(30.0)).unwrap();
    for (source, expected) in [
        ("return t.color, t[1], t:kelvin()", "color of 20 not a name 293.15"),
        ("t.any = 25 return t(2), #t", "50.0 25"),
        ("return t < u, u < t, 'a' .. t, t .. 'a'", "true false true false"),
        ("return u:same(t) == t, (tostring(t):match('^Celsius: '))", "true Celsius: "),
    ] {
        assert_eq!(run(&mut lua, source), expected, "{source}");
    }
}

/// The host's view of a userdata.
#[test]
fn handles_look_into_values() {
    let mut lua = with_players();
    let ann: AnyUserData = lua.globals().get(&lua, "ann").unwrap();
    assert!(ann.is::<Player>(&lua) && !ann.is::<Celsius>(&lua));
    assert_eq!(ann.type_name(&lua).unwrap(), "game.Player");
    assert_eq!(ann.with(&lua, |it: &Player| it.health).unwrap(), 10);
    let error = ann.with(&lua, |_: &Celsius| ()).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::Conversion, "Celsius expected, got Player"));
    assert_eq!(ann.call_method::<i64>(&mut lua, "hit", 1).unwrap(), 9);
    assert_eq!(ann.index::<String>(&mut lua, "name").unwrap(), "Ann");
    ann.set_index(&mut lua, "name", "Zoe").unwrap();
    let error = ann.call_method::<()>(&mut lua, "fly", ()).unwrap_err();
    assert_eq!(error.to_string(), "attempt to call a nil value (method 'fly')");

    // Shared borrows may overlap; a mutable one must be alone.
    let same = ann.clone();
    assert_eq!(ann.with(&lua, |a: &Player| same.with(&lua, |b: &Player| a.health + b.health).unwrap()).unwrap(), 18);
    let kind = |result: Result<()>| result.unwrap_err().kind();
    assert_eq!(ann.with(&lua, |_: &Player| kind(same.with_mut(&lua, |_: &mut Player| ()))).unwrap(), ErrorKind::Borrow);
    assert_eq!(ann.with_mut(&lua, |_: &mut Player| kind(same.with(&lua, |_: &Player| ()))).unwrap(), ErrorKind::Borrow);
    assert!(ann.with(&lua, |_: &Player| same.take::<Player>(&lua).is_err()).unwrap());

    // A panic leaves it usable.
    let panic = std::panic::AssertUnwindSafe(|| ann.with_mut(&lua, |_: &mut Player| panic!("on purpose")));
    assert!(std::panic::catch_unwind(panic).is_err());
    assert_eq!(ann.take::<Player>(&lua).unwrap().name, "Zoe");
    assert_eq!(run(&mut lua, "return ann.name"), "demo:1: bad argument #1 to 'index' (the Player was taken away)");
    assert!(ann.value::<Player>(&lua).unwrap().with(|_| ()).is_err());

    // A handle of another VM.
    let other = Lua::new();
    assert_eq!(ann.with(&other, |_: &Player| ()).unwrap_err().kind(), ErrorKind::Handle);
}

// ---- Memory ----

/// Reports when it is dropped.
#[derive(UserData)]
struct Dropped {
    count: Arc<AtomicUsize>,
    in_step: Arc<AtomicUsize>,
    running: Arc<AtomicUsize>,
    kept: Option<Table>,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.in_step.fetch_add(self.running.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

#[test]
fn values_are_dropped_once_between_steps() {
    let mut lua = Lua::new();
    let counters: [Arc<AtomicUsize>; 3] = Default::default();
    let [count, in_step, running] = counters.clone();
    let globals = lua.globals();
    globals
        .set_function(&lua, "make", move || {
            let [count, in_step, running] = counters.clone();
            Dropped { count, in_step, running, kept: None }
        })
        .unwrap();
    // The first value makes the class, which stays.
    lua.load("make()").exec().unwrap();
    lua.collect_all();
    let before = lua.memory().object_bytes;
    count.store(0, Ordering::Relaxed);
    let task = lua.load("for i = 1, 10000 do local t = {make()} t[2] = t end").start(()).unwrap();
    loop {
        running.store(1, Ordering::Relaxed);
        let mut fuel = Fuel::with(1000);
        let stepped = lua.step(&task, &mut fuel);
        if stepped == fife::Stepped::Finished {
            break;
        }
        // The collector works at the end of `step`, so this measures the machine alone.
        running.store(0, Ordering::Relaxed);
        lua.collect_step(10_000);
    }
    drop(task);
    running.store(0, Ordering::Relaxed);
    lua.collect_all();
    assert_eq!(count.load(Ordering::Relaxed), 10_000);
    assert_eq!(lua.memory().object_bytes, before);
    let _ = in_step;
}

/// A cycle through Lua objects alone is collected; one through a handle in Rust is not, as the documentation says.
#[test]
fn cycles_through_userdata_are_collected() {
    let mut lua = with_players();
    lua.load("local a = Player.new('x')").exec().unwrap();
    lua.collect_all();
    let before = lua.memory().object_bytes;
    lua.load("for i = 1, 1000 do local a = Player.new('x') local t = {a} t.t = t setmetatable(t, {__index = a}) end")
        .exec()
        .unwrap();
    lua.collect_all();
    assert_eq!(lua.memory().object_bytes, before);
    // A value that was taken out goes with its new owner.
    let ann = lua.globals().get::<AnyUserData>(&lua, "ann").unwrap();
    drop(ann.take::<Player>(&lua).unwrap());
    drop(ann);
    run(&mut lua, "ann = nil");
    lua.collect_all();
    assert!(lua.memory().object_bytes < before);
    let counters: [Arc<AtomicUsize>; 3] = Default::default();
    let [count, in_step, running] = counters.clone();
    let table = Table::new(&lua).unwrap();
    let data = AnyUserData::new(&lua, Dropped { count, in_step, running, kept: Some(table.clone()) }).unwrap();
    table.set(&lua, "back", &data).unwrap();
    assert!(data.with(&lua, |it: &Dropped| it.kept.is_some()).unwrap());
    drop((data, table));
    lua.collect_all();
    assert_eq!(counters[0].load(Ordering::Relaxed), 0);
    drop(lua);
    assert_eq!(counters[0].load(Ordering::Relaxed), 1);
}

/// Bytes that grow.
#[derive(UserData)]
#[lua(name = "test.Buffer", held_bytes = Buffer::size)]
struct Buffer(Vec<u8>);

#[fife::methods]
impl Buffer {
    pub fn new(size: usize) -> Buffer {
        Buffer(vec![0; size])
    }
    pub fn grow(&mut self, by: usize) {
        self.0.reserve_exact(by);
        self.0.resize(self.0.len() + by, 0);
    }
    pub fn clear(&mut self) {
        self.0 = Vec::new();
    }
    pub fn grow_other(&self, other: Ref<Buffer>, by: usize) -> Result<()> {
        other.with_mut(|other| other.grow(by))
    }
    fn size(&self) -> usize {
        self.0.capacity()
    }
}

#[test]
fn what_values_hold_counts() {
    let mut limits = Limits::untrusted();
    limits.memory = Some(8 << 20);
    let make = || {
        let lua = Lua::builder().limits(limits).build().unwrap();
        lua.globals().set_class::<Buffer>(&lua).unwrap();
        lua
    };
    // Garbage is collected for them.
    let mut lua = make();
    assert_eq!(run(&mut lua, "for i = 1, 200 do Buffer.new(1 << 20) end return 'ok'"), "ok");
    // While they are kept, more are refused; once they are released, more can be made.
    let source = "local all = {} while #all < 100 do all[#all + 1] = Buffer.new(1 << 20) end";
    assert_eq!(run(&mut lua, source), "not enough memory");
    assert_eq!(run(&mut lua, "for i = 1, 100 do Buffer.new(1 << 20) end return 'ok'"), "ok");
    // Growth counts, too, even without any allocation by Lua, and is given back.
    for source in [
        "local b = Buffer.new(1) while true do b:grow(100000) end",
        "local a, b = Buffer.new(1), Buffer.new(1) while true do a:grow_other(b, 100000) b:grow(0) end",
    ] {
        let mut lua = make();
        lua.load("kept = Buffer.new(0)").exec().unwrap();
        assert_eq!(run(&mut lua, source), "not enough memory", "{source}");
        assert!(lua.memory().peak_held_bytes < (8 << 20) + (512 << 10), "{:?}", lua.memory());
        assert_eq!(run(&mut lua, "for i = 1, 100 do kept:grow(1 << 20) kept:clear() end return 'ok'"), "ok");
    }
    // Changes by the host count at once.
    let lua = make();
    let data = AnyUserData::new(&lua, Buffer(Vec::new())).unwrap();
    let before = lua.memory().held_bytes;
    data.with_mut(&lua, |it: &mut Buffer| it.0 = Vec::with_capacity(1 << 20)).unwrap();
    assert!(lua.memory().held_bytes >= before + (1 << 20));
    data.with_mut(&lua, Buffer::clear).unwrap();
    assert_eq!(lua.memory().held_bytes, before);
}

/// Claims to hold as much as it is told.
struct Liar(usize);

impl UserData for Liar {
    const NAME: &'static str = "test.Liar";
    fn class(_: &mut Class<Self>) {}
    fn held_bytes(&self) -> usize {
        self.0
    }
}

/// Claims beyond any process's memory are refused or capped, so that the collector's debt can always be paid.
#[test]
fn what_values_say_they_hold_is_bounded() {
    let mut lua = Lua::new();
    assert_eq!(AnyUserData::new(&lua, Liar(usize::MAX)).unwrap_err().kind(), ErrorKind::Memory);
    let liars = [0, 1].map(|_| AnyUserData::new(&lua, Liar(0)).unwrap());
    lua.collect_all();
    let before = lua.memory().held_bytes;
    for bytes in [usize::MAX, usize::MAX / 2, usize::MAX - 100, 1 << 20] {
        for liar in &liars {
            liar.with_mut(&lua, |it: &mut Liar| it.0 = bytes).unwrap();
        }
        assert!(lua.memory().held_bytes >= before + (1 << 20), "{bytes}");
        assert_eq!(run(&mut lua, "local t = {} for i = 1, 1000 do t[i] = {} end return #t"), "1000");
    }
    for liar in &liars {
        liar.with_mut(&lua, |it: &mut Liar| it.0 = 0).unwrap();
    }
    lua.collect_all();
    assert!(lua.memory().held_bytes < before + (1 << 20));
}

/// A label that scripts write on, within bounds.
#[derive(UserData)]
#[lua(name = "test.Label")]
struct Label {
    #[lua(get, set)]
    text: String,
}

#[derive(Debug)]
struct Verbose(usize);

impl std::fmt::Display for Verbose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&"no ".repeat(self.0))
    }
}

impl std::error::Error for Verbose {}

#[fife::methods]
impl Label {
    #[lua(setter)]
    pub fn set_refusal(&mut self, length: usize) -> Result<(), Verbose> {
        Err(Verbose(length))
    }
}

#[test]
fn setters_wait_for_memory() {
    let mut limits = Limits::untrusted();
    (limits.memory, limits.fuel, limits.deadline) = (Some(4 << 20), None, None);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    lua.globals().set(&lua, "label", Label { text: String::new() }).unwrap();
    // There is no room for copies of the text beside the garbage, so that is collected, and the setter called again
    // with the same value.
    let source = "
        local text = ('x'):rep(1500000)
        for i = 1, 20 do
            local garbage = ('y'):rep(300000) .. i
            label.text = text
        end
        return #label.text";
    assert_eq!(run(&mut lua, source), "1500000");
    // An error for which there is no room is still an error.
    assert_eq!(run(&mut lua, "label.refusal = 1000000 return 'set'"), "not enough memory");
    assert_eq!(run(&mut lua, "label.refusal = 2 return 'set'"), "no no ");
}

/// Methods exist if they are compiled; and scripts may use deprecated ones.
#[test]
fn methods_have_their_conditions() {
    #[derive(UserData)]
    struct Conditional;

    #[fife::methods]
    impl Conditional {
        #[cfg(any())]
        pub fn value(&self) -> NoSuchType {
            1
        }
        #[cfg(test)]
        pub fn value(&self) -> i64 {
            2
        }
        #[cfg(any())]
        #[lua(getter)]
        pub fn field(&self) -> i64 {
            3
        }
        #[deprecated]
        pub fn old(&self) -> i64 {
            4
        }
    }

    let mut lua = Lua::new();
    lua.globals().set(&lua, "it", Conditional).unwrap();
    assert_eq!(run(&mut lua, "return it:value() .. tostring(it.field) .. it:old()"), "2nil4");
}

#[test]
fn a_full_vm_makes_no_class() {
    let mut limits = Limits::untrusted();
    limits.memory = Some(1 << 20);
    let mut lua = Lua::builder().limits(limits).build().unwrap();
    let fill = "kept = {} pcall(function() while true do kept = {kept, ('x'):rep(100)} end end)";
    lua.load(fill).exec().unwrap();
    let mut refused = 0;
    for _ in 0..1000 {
        match AnyUserData::new(&lua, Celsius(1.0)) {
            Ok(data) => lua.globals().set(&lua, "data", data).unwrap_or(()),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Memory);
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    lua.globals().set(&lua, "kept", Value::Nil).unwrap();
    lua.collect_all();
    assert_eq!(AnyUserData::new(&lua, Celsius(1.0)).unwrap().with(&lua, |it: &Celsius| it.0).unwrap(), 1.0);
}

// ---- Data ----

#[test]
fn data_is_kept_by_type_and_used_by_one() {
    let lua = Lua::new();
    assert_eq!(lua.data(|_: &mut String| ()).unwrap_err().kind(), ErrorKind::Borrow);
    assert_eq!(lua.set_data(String::from("a")), None);
    assert_eq!(lua.set_data(5_u8), None);
    assert_eq!(lua.set_data(String::from("b")).as_deref(), Some("a"));
    let inner = lua.data(|text: &mut String| {
        text.push('c');
        let number = lua.data(|it: &mut u8| *it).unwrap();
        (number, lua.data(|_: &mut String| ()).unwrap_err().to_string())
    });
    let expected = (5, "the alloc::string::String that the VM keeps is in use".to_owned());
    assert_eq!(inner.unwrap(), expected);
    assert_eq!(lua.data(|text: &mut String| text.clone()).unwrap(), "bc");
    // A value set in the meantime stays.
    lua.data(|_: &mut String| assert_eq!(lua.set_data(String::from("new")), None)).unwrap();
    assert_eq!(lua.data(|text: &mut String| text.clone()).unwrap(), "new");
    let panics = std::panic::AssertUnwindSafe(|| lua.data(|_: &mut String| panic!("on purpose")));
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(lua.data(|text: &mut String| text.clone()).unwrap(), "new");
}

/// Has a method that fails with a Rust error, and one that panics.
struct Odd;

impl UserData for Odd {
    const NAME: &'static str = "test.Odd";
    fn class(class: &mut Class<Self>) {
        class
            .method("fail", |_: &Odd| -> Result<(), std::num::ParseIntError> { "x".parse::<i64>().map(drop) })
            .method_mut("panic", |_: &mut Odd| -> i64 { panic!("on purpose") })
            .method("all", |_: &Odd, rest: Variadic<i64>| rest.iter().sum::<i64>())
            .method("pair", |_: &Odd| (1, "two"))
            .function("nothing", || ());
    }
}

#[test]
fn errors_and_panics_of_methods_are_those_of_functions() {
    let mut lua = Lua::new();
    lua.globals().set(&lua, "odd", Odd).unwrap();
    let error = lua.load("odd:fail()").exec().unwrap_err();
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    assert_eq!(run(&mut lua, "return odd:all(1, 2, 3), odd:pair()"), "6 1 two");
    assert_eq!(run(&mut lua, "return select('#', odd.nothing())"), "0");
    let task = lua.load("odd:panic()").start(()).unwrap();
    let panics = std::panic::AssertUnwindSafe(|| task.run(&mut lua, &mut Fuel::with(1000)));
    assert!(std::panic::catch_unwind(panics).is_err());
    assert_eq!(task.run(&mut lua, &mut Fuel::with(1000)).unwrap_err().kind(), ErrorKind::Panicked);
    assert_eq!(run(&mut lua, "return odd:all(1)"), "1");
}

/// Async methods by the derive.
#[derive(UserData)]
struct Fetcher {
    fetched: i64,
}

#[fife::methods]
impl Fetcher {
    pub async fn fetch(this: This<Self>, name: String) -> Result<String> {
        // The value is not borrowed during the wait.
        std::future::ready(()).await;
        this.with_mut(|this| {
            this.fetched += 1;
            format!("{name} {}", this.fetched)
        })
    }
    pub async fn echo(ctx: AsyncContext, f: Function, value: i64) -> Result<i64> {
        ctx.call(&f, value).await
    }
    #[lua(getter)]
    pub fn fetched(&self) -> i64 {
        self.fetched
    }
}

#[test]
fn async_methods_wait() {
    let mut lua = Lua::new();
    lua.globals().set_class::<Fetcher>(&lua).unwrap();
    lua.globals().set(&lua, "f", Fetcher { fetched: 0 }).unwrap();
    assert_eq!(run(&mut lua, "return f:fetch('a'), f:fetch('b'), f.fetched"), "a 1 b 2 2");
    assert_eq!(run(&mut lua, "return Fetcher.echo(function(x) return x + f.fetched end, 40)"), "42");
    assert_eq!(run(&mut lua, "f.fetch(1, 'a')"), "demo:1: bad argument #1 to 'fetch' (Fetcher expected, got number)");
}

// ---- Cycles in the VM alone ----

/// Refers to any value; the collector sees that.
#[derive(Collect)]
struct Holder<'gc> {
    table: gc::Table<'gc>,
}

userdata_type! {
    /// Userdata that hold a table.
    HolderType("test.holder") for Holder<'_>;
}

impl<'gc> gc::Singleton<'gc> for Holder<'gc> {
    fn create(ctx: Context<'gc>) -> Result<Self, OutOfMemory> {
        Ok(Holder { table: ctx.try_table()? })
    }
}

/// One of each kind of object that a cycle can go through.
fn make_cycles(lua: &Lua) {
    lua.enter(|ctx| {
        // table -> userdata -> table
        let table = ctx.table();
        let data = gc::UserData::new::<HolderType>(ctx, Gc::new(ctx.mc(), Holder { table }));
        table.set_field(ctx, "back", data);
        // table -> function -> table
        let table = ctx.table();
        let function =
            gc::Function::from_fn_with::<Rootable![Holder<'_>], _>(ctx, "holder", Holder { table }, |holder, call| {
                call.one(holder.table)
            });
        table.set_field(ctx, "back", function.expect("there is memory"));
        // The singleton's table -> table -> the singleton's table, while an entry leads there.
        let kept = ctx.singleton::<Rootable![Holder<'_>]>().expect("there is memory").table;
        let table = ctx.table();
        table.set_field(ctx, "back", kept);
        kept.set_field(ctx, "entry", table);
        kept.set_field(ctx, "entry", gc::Value::Nil);
    });
}

#[test]
fn cycles_in_the_vm_are_collected() {
    let mut lua = Lua::new();
    // Objects that are made only once.
    make_cycles(&lua);
    lua.collect_all();
    let before = lua.memory();
    for _ in 0..1000 {
        make_cycles(&lua);
    }
    assert!(lua.memory().object_bytes > before.object_bytes + 100_000);
    lua.collect_all();
    assert_eq!(lua.memory().object_bytes, before.object_bytes);
    assert_eq!(lua.memory().held_bytes, before.held_bytes);
}

/// With the library `debug`, a script may replace the values that a function captured: that gives an error and does no
/// harm.
#[test]
fn what_a_function_captured_may_be_gone() {
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    lua.enter(|ctx| {
        let holder = Holder { table: ctx.table() };
        let f = gc::Function::from_fn_with::<Rootable![Holder<'_>], _>(ctx, "f", holder, |it, call| call.one(it.table));
        ctx.globals().set_field(ctx, "f", f.expect("there is memory"));
    });
    assert_eq!(run(&mut lua, "return type(f())"), "table");
    for source in ["debug.setupvalue(f, 3, f)", "debug.setupvalue(f, 3, nil)", "debug.setupvalue(f, 2, 1)"] {
        run(&mut lua, source);
        let text = run(&mut lua, "return type(f())");
        assert!(text == "table" || text.contains("not there any more") || text.contains("missing"), "{text}");
    }
}
