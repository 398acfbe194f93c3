//! Async Rust functions in a script, under tokio: it sleeps, fetches pages and retries, in coroutines and comparators
//! as anywhere. A script that takes too long is cancelled by dropping it, and closes what it has open.

#![forbid(unsafe_code)]

use fife::{AsyncContext, Error, Function, Lua, Result};
use std::time::Duration;
use tokio::time;

/// Stands for an HTTP client.
async fn fetch(page: String) -> Result<String, String> {
    time::sleep(Duration::from_millis(2)).await;
    match page.as_str() {
        "index" => Ok("news about".to_owned()),
        "news" => Ok("Fife is out".to_owned()),
        "about" => Ok("A Lua in Rust".to_owned()),
        _ => Err(format!("there is no page '{page}'")),
    }
}

/// Calls a Lua function until it succeeds.
async fn retry(ctx: AsyncContext, times: u32, function: Function) -> Result<String> {
    let mut last = Error::new("not tried");
    for attempt in 1..=times {
        match ctx.call(&function, attempt).await {
            Ok(text) => return Ok(text),
            Err(error) => last = error,
        }
        time::sleep(Duration::from_millis(1)).await;
    }
    Err(last.context(format!("{times} times in vain")))
}

async fn run(lua: &mut Lua) -> Result<()> {
    let globals = lua.globals();
    globals.set_async_function(lua, "sleep", |seconds: f64| time::sleep(Duration::from_secs_f64(seconds)))?;
    globals.set_async_function(lua, "fetch", fetch)?;
    globals.set_async_function(lua, "retry", retry)?;

    lua.load(
        "for page in fetch('index'):gmatch('%a+') do
           print(page, fetch(page))
         end
         local pages = {'news', 'about'}
         table.sort(pages, function(a, b) return #fetch(a) > #fetch(b) end)
         print('longest first', table.concat(pages, ', '))
         local each = coroutine.wrap(function() for _, page in ipairs(pages) do coroutine.yield(fetch(page)) end end)
         print(each())
         print(each())
         print(pcall(fetch, 'nowhere'))
         print(retry(3, function(attempt) return fetch(attempt < 3 and 'nowhere' or 'news') end))",
    )
    .name("=pages")
    .call_async::<()>(())
    .await?;

    let error = lua.load("retry(2, function() return fetch('nowhere') end)").call_async::<()>(()).await.unwrap_err();
    println!("{error:#}");

    let slow = lua.load(
        "local file <close> = setmetatable({}, {__close = function(_, error) print('closed:', error) end})
         print('this takes an hour')
         sleep(3600)",
    );
    let end = time::timeout(Duration::from_millis(20), slow.call_async::<()>(())).await;
    println!("{}", if end.is_err() { "timed out" } else { "what an hour" });
    lua.load("print('and on it goes', fetch('about'))").call_async::<()>(()).await
}

fn main() -> Result<()> {
    let mut lua = Lua::builder().output(|text| print!("{}", String::from_utf8_lossy(text))).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Error::new)?;
    runtime.block_on(run(&mut lua))
}
