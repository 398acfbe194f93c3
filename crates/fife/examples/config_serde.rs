//! A configuration written in Lua, read into structs: it is not trusted, and errors name the wrong field.

#![forbid(unsafe_code)]

use fife::{Limits, Lua, Result, Serde};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Config {
    title: String,
    window: Window,
    #[serde(default)]
    log: Level,
    servers: Vec<Server>,
    /// Replies to send instead, by status.
    #[serde(default)]
    replies: BTreeMap<u16, Reply>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Window {
    width: u16,
    height: u16,
    scale: Option<f64>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Debug,
    #[default]
    Info,
    Error,
}

#[derive(Debug, Deserialize, Serialize)]
struct Server {
    host: String,
    ports: (u16, Option<u16>),
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Reply {
    Drop,
    Redirect(String),
    Retry { after: f64, times: u8 },
}

/// A configuration may compute whatever it likes, within limits.
fn read(source: &str) -> Result<Config> {
    let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
    let Serde(config) = lua.load(source).name("=config").eval()?;
    Ok(config)
}

const GOOD: &str = "
local function server(number)
  return {host = ('node%d.example'):format(number), ports = {8000 + number, number == 1 and 9000 or nil}}
end
return {
  title = 'Demo',
  window = {width = 4 * 320, height = 720.0},
  log = 'debug',
  servers = {server(1), server(2)},
  replies = {
    [404] = {redirect = '/missing'},
    [418] = 'drop',
    [503] = {retry = {after = 0.5, times = 3}},
  },
}";

fn main() -> Result<()> {
    let config = read(GOOD)?;
    println!("{config:#?}");

    // The other way round: a script works with data from Rust.
    let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
    lua.globals().set(&lua, "config", Serde(&config))?;
    let text: String = lua.load("return config.servers[2].host .. ' ' .. config.replies[503].retry.times").eval()?;
    println!("{text}");

    for (from, to) in [
        ("4 * 320", "'wide'"),
        ("4 * 320", "100000"),
        ("width =", "widht ="),
        ("title = 'Demo',", "-- no title"),
        ("'debug'", "'loud'"),
        ("8000 + number", "-number"),
        ("{server(1), server(2)}", "{main = server(1)}"),
        ("times = 3", "times = 0.5"),
        ("[404]", "[-404]"),
        ("'drop'", "'redirect'"),
        ("'Demo'", "'\\xff'"),
        ("title = 'Demo'", "title = print"),
        ("return {", "while true do end return {"),
    ] {
        let error = read(&GOOD.replace(from, to)).unwrap_err();
        println!("{from} -> {to}\n  {error}");
    }
    Ok(())
}
