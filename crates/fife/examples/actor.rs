//! A server: one task of the runtime owns the VM, and others send it scripts to run. It waits for the next request and
//! for running scripts at once. Meanwhile scripts wait for timers, and one that spins delays none of the others.

#![forbid(unsafe_code)]

use fife::{Error, ErrorKind, Limits, Lua, Result, Share, TaskId, Tasks};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A script, and where to send its result.
struct Request {
    source: String,
    reply: oneshot::Sender<Result<String>>,
}

/// Owns the VM until no sender is left.
async fn serve(mut lua: Lua, mut requests: mpsc::Receiver<Request>) -> Result<usize> {
    let mut tasks = Tasks::new();
    let mut replies: HashMap<TaskId, oneshot::Sender<Result<String>>> = HashMap::new();
    let mut served = 0;
    let mut is_open = true;
    while is_open || !tasks.is_empty() {
        tokio::select! {
            request = requests.recv(), if is_open => match request {
                Some(Request { source, reply }) => match lua.load(source).name("=request").start(()) {
                    Ok(task) => {
                        let budget = Share { budget: Some(300_000), ..Share::default() };
                        replies.insert(tasks.spawn_with(task, budget), reply);
                    }
                    Err(error) => drop(reply.send(Err(error))),
                },
                None => is_open = false,
            },
            Some((id, ended)) = tasks.next(&mut lua), if !tasks.is_empty() => {
                served += 1;
                let result = ended.and_then(|task| task.results::<String>(&lua));
                if let Some(reply) = replies.remove(&id) {
                    // The requester may have gone.
                    let _ = reply.send(result);
                }
            }
        }
    }
    Ok(served)
}

/// Sends a script and waits for its result.
async fn ask(server: &mpsc::Sender<Request>, source: &str) -> Result<String> {
    let (reply, answer) = oneshot::channel();
    let gone = |_| Error::new("the server is gone");
    server.send(Request { source: source.to_owned(), reply }).await.map_err(|_| Error::new("the server is gone"))?;
    answer.await.map_err(gone)?
}

async fn run() -> Result<()> {
    let lua = Lua::builder().limits(Limits::untrusted()).build()?;
    let globals = lua.globals();
    globals.set_async_function(&lua, "sleep", |milliseconds: u64| {
        tokio::time::sleep(Duration::from_millis(milliseconds))
    })?;
    lua.function("hits", {
        let count = std::sync::atomic::AtomicU64::new(0);
        move || count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1
    })
    .and_then(|hits| globals.set(&lua, "hits", hits))?;
    let (server, requests) = mpsc::channel(8);

    let clients = async move {
        let (slow, spin, quick) = tokio::join!(
            ask(&server, "sleep(30) return 'slow: hit ' .. hits()"),
            ask(&server, "while true do pcall(error) end"),
            ask(&server, "sleep(1) return 'quick: hit ' .. hits()"),
        );
        println!("{}", quick?);
        println!("{}", slow?);
        let error = spin.expect_err("it has a budget");
        println!("spinning: {:?}, {error}", error.kind());
        assert_eq!(error.kind(), ErrorKind::Fuel);
        println!("{}", ask(&server, "return 'and the next: hit ' .. hits()").await?);
        println!("{}", ask(&server, "return 1 +").await.expect_err("it is no Lua"));
        Ok(())
    };
    let (served, clients) = tokio::join!(serve(lua, requests), clients);
    println!("{} scripts were served", served?);
    clients
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(Error::new)?.block_on(run())
}
