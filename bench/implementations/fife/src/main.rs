//! Runs one Lua program in Fife as an embedder would: the library as a dependency, its default limits, the operating
//! system as host.
//!
//! With `BENCH_HASH_SEED` in the environment, hashes have that seed, and a program does exactly the same each time;
//! otherwise the seed differs in each process, as with the command `fife`.

use fife::{Libraries, Lua, Table};
use fife_system::SystemHost;
use std::process::exit;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), rest) = (arguments.next(), arguments.collect::<Vec<String>>()) else {
        eprintln!("usage: bench-fife FILE [ARGUMENT...]");
        exit(2);
    };
    let done = run(&path, &rest);
    if let Err(error) = &done {
        eprintln!("{error}");
    }
    // Memory goes back all at once, as with the other implementations.
    exit(done.is_err().into());
}

fn run(path: &str, rest: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let source = std::fs::read(path)?;
    let mut host = SystemHost::new();
    if let Ok(seed) = std::env::var("BENCH_HASH_SEED") {
        host = host.with_hash_seed(seed.parse()?);
    }
    let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build()?;
    let arg = Table::new(&lua)?;
    arg.set(&lua, 0, path)?;
    for argument in rest {
        arg.push(&lua, argument.as_str())?;
    }
    lua.globals().set(&lua, "arg", &arg)?;
    let done = lua.load(&source).name(format!("@{path}")).exec();
    lua.enter(|ctx| ctx.host().flush_output())?;
    Ok(done?)
}
