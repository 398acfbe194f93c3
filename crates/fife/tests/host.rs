//! What scripts get from a host, and what a host can rely on: scripts get nothing it does not offer, steps stay short
//! however much there is to read, and written output arrives.

use fife::gc::{self, Function};
use fife::{Fuel, Host, Libraries, Limits, Lua, MultiValue, NoHost, OpenMode, Status, Stepped, Stream, Value, native};
use std::io::{self, SeekFrom};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The results of a chunk, as text, with this host.
fn results(host: impl Host + 'static, source: &str) -> Vec<String> {
    let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build().unwrap();
    lua.set_fuel(Some(1_000_000));
    let values: MultiValue = lua.load(source).name("=test").call(()).expect("the chunk runs");
    let text = |value: &Value| match value {
        Value::String(text) => text.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Boolean(value) => value.to_string(),
        other => other.type_name().to_owned(),
    };
    values.iter().map(text).collect()
}

#[test]
fn what_a_host_does_not_offer_fails_in_lua() {
    let refused = ["nil", "name: Operation not supported", "95"];
    assert_eq!(results(NoHost, "return io.open('name')"), refused);
    assert_eq!(results(NoHost, "return os.remove('name')"), refused);
    assert_eq!(results(NoHost, "return os.rename('name', 'other')"), ["nil", "Operation not supported", "95"]);
    assert_eq!(results(NoHost, "return io.tmpfile()"), ["nil", "Operation not supported", "95"]);
    assert_eq!(results(NoHost, "return io.write('text')"), ["nil", "Operation not supported", "95"]);
    assert_eq!(results(NoHost, "return io.read()"), ["nil", "Operation not supported", "95"]);
    assert_eq!(results(NoHost, "return os.execute()"), ["false"]);
    assert_eq!(results(NoHost, "return os.execute('true')"), ["nil", "Operation not supported", "95"]);
    assert_eq!(results(NoHost, "return os.getenv('HOME')"), ["nil"]);
    assert_eq!(results(NoHost, "return loadfile('name')"), ["nil", "cannot open name: Operation not supported"]);
    for (call, message) in [
        ("io.popen, 'true'", "'popen' not supported"),
        ("os.exit", "the host does not allow exiting"),
        ("os.time", "the host has no clock"),
        ("os.tmpname", "unable to generate a unique filename"),
    ] {
        assert_eq!(results(NoHost, &format!("return pcall({call})")), ["false", message]);
    }
}

#[test]
fn what_natives_of_a_host_keep_is_their_own() {
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    lua.enter(|ctx| {
        let secret = [ctx.string("secret").into(), ctx.string("another").into()];
        let natives = [
            ("require", native!("test.require" as "require", |call| call.nothing())),
            ("step", native!("test.gmatch.step" as "", |call| call.nothing())),
            ("native", native!("test.native", |call| call.nothing())),
        ];
        for (name, native) in natives {
            let native = Function::native_with(ctx, native, &secret).expect("names are unique");
            ctx.globals().set_field(ctx, name, native);
        }
    });
    let source = b"
        for _, name in ipairs({'require', 'step', 'native'}) do
          local native = _G[name]
          assert(debug.getinfo(native, 'u').nups == 0 and debug.upvalueid(native, 1) == nil)
          for i = 1, 3 do assert(select('#', debug.getupvalue(native, i)) == 0) end
        end";
    lua.set_fuel(Some(10_000));
    lua.load(source).name("=test").exec().expect("nothing is shown");
}

#[test]
#[should_panic(expected = "test.many: a native function has at most 65,535 upvalues")]
fn natives_keep_no_more_than_they_can() {
    Lua::new().enter(|ctx| {
        let many = native!("test.many", |call| call.nothing());
        let native =
            |count| Function::native_with(ctx, many, &vec![gc::Value::Nil; count]).expect("its name is unique");
        native(65_535);
        native(65_536);
    });
}

/// A host whose files never end, and which keeps what is written to them.
#[derive(Clone, Default)]
struct Endless {
    read: Arc<AtomicUsize>,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Host for Endless {
    fn open(&self, _: &[u8], _: OpenMode) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.clone()))
    }
    fn exit(&self, _: i32) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(b' ');
        self.read.fetch_add(buffer.len(), Ordering::Relaxed);
        Ok(buffer.len())
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.lock().expect("no panic while it was locked").extend_from_slice(bytes);
        Ok(())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::NotSeekable.into())
    }
}

#[test]
fn no_step_reads_much_and_memory_is_not_exceeded() {
    const MEMORY: usize = 4 << 20;
    let open = "local file = io.open('name')";
    for read in [
        "return pcall(file.read, file, 'a')",
        "return pcall(file.read, file, 'l')",
        "return pcall(file.read, file, 1 << 40)",
        "return pcall(function() for _ in file:lines('L') do end end)",
        "file:setvbuf('no') return pcall(file.read, file, 'l')",
        "return pcall(dofile, 'name')",
        "return loadfile('name')",
        "package.path = 'name' return pcall(require, 'module')",
    ] {
        let host = Endless::default();
        let count = host.read.clone();
        let mut limits = Limits::default();
        limits.memory = Some(MEMORY);
        let mut lua = Lua::builder().host(host).limits(limits).libraries(Libraries::ALL).build().unwrap();
        let task = lua.load(format!("{open} {read}")).name("=test").start(()).expect("there is memory");
        let mut steps = 0;
        loop {
            let before = count.load(Ordering::Relaxed);
            let stepped = lua.step(&task, &mut Fuel::with(1000));
            assert!(count.load(Ordering::Relaxed) - before <= 64 << 10, "{read}: a step reads too much");
            steps += 1;
            assert!(steps < 100_000, "{read}: it does not end");
            match stepped {
                Stepped::Finished => break,
                Stepped::Failed => panic!("{read}: {}", task.error(&lua).unwrap()),
                _ => {}
            }
        }
        let peak = lua.memory().peak_held_bytes;
        assert!(peak <= MEMORY, "{read}: {peak} bytes");
        let results: MultiValue = task.results(&lua).expect("it has finished");
        let Some(Value::String(message)) = results.last() else { panic!("{read}: {results:?}") };
        let message = message.to_str_lossy();
        assert!(message.ends_with("not enough memory"), "{read}: {message}");
    }
}

#[test]
fn white_space_without_end_can_be_stopped() {
    let mut lua = Lua::builder().host(Endless::default()).libraries(Libraries::ALL).build().unwrap();
    let source = b"local file = io.open('name') return file:read('n')";
    let task = lua.load(source).name("=test").start(()).expect("there is memory");
    assert_eq!(task.run(&mut lua, &mut Fuel::with(100_000)).unwrap(), Status::OutOfFuel);
}

#[test]
fn what_was_written_arrives_however_a_script_ends() {
    for end in ["", "error('x')", "os.exit()", "os.exit(0, true)", "while true do end", "file = nil collectgarbage()"] {
        let host = Endless::default();
        let written = host.written.clone();
        let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build().unwrap();
        let source = format!("file = io.open('name', 'w') file:write('all ', 'of it') {end}");
        let task = lua.load(source).name("=test").start(()).expect("there is memory");
        for _ in 0..100 {
            lua.step(&task, &mut Fuel::with(1000));
        }
        drop(lua);
        assert_eq!(*written.lock().expect("no panic while it was locked"), b"all of it", "{end}");
    }
}

#[test]
fn messages_with_long_names_stay_within_the_memory() {
    const MEMORY: usize = 8 << 20;
    let source = b"
        local object = setmetatable({}, {__name = ('x'):rep(1 << 20)})
        local get = load('local t = {} return t.' .. ('x'):rep(1 << 16) .. '.y')
        local function add() return object + 1 end
        local messages = {}
        for i = 1, 300 do messages[i] = false end
        for i = 1, 300, 3 do
          messages[i], messages[i + 1] = select(2, pcall(get)), select(2, pcall(add))
          messages[i + 2] = select(2, pcall(tostring, object))
        end
        return messages[300]";
    let mut limits = Limits::default();
    limits.memory = Some(MEMORY);
    let mut lua = Lua::builder().limits(limits).libraries(Libraries::ALL).build().unwrap();
    lua.set_fuel(Some(100_000_000));
    let message: String = lua.load(source).name("=test").call(()).expect("the chunk runs");
    let peak = lua.memory().peak_held_bytes;
    assert!(peak <= MEMORY + (256 << 10), "{peak} bytes");
    assert_eq!(message, "not enough memory");
}
