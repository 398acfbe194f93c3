//! A server for the playground on this machine: static files, with the types that browsers insist on.

use crate::{Failure, web};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The port, if none is asked for.
pub(crate) const PORT: u16 = 8080;

/// The most bytes of a request that are read.
const REQUEST_MAX: u64 = 16 << 10;

/// How long a browser may take to ask.
const PATIENCE: Duration = Duration::from_secs(10);

/// Builds the pages, and serves them until it is interrupted.
pub(crate) fn serve(port: u16) -> Result<(), Failure> {
    let folder = web::build()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    println!("http://{}/", listener.local_addr()?);
    for stream in listener.incoming() {
        let folder = folder.clone();
        // A request that fails is the browser's affair.
        thread::spawn(move || stream.and_then(|stream| answer(stream, &folder)));
    }
    Ok(())
}

fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?.take(REQUEST_MAX));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    // What else a browser says ends with an empty line.
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let found = path_in(folder, &request).and_then(|path| Some((fs::read(&path).ok()?, content_type(&path))));
    let (status, body, kind) = match found {
        Some((body, kind)) => ("200 OK", body, kind),
        None => ("404 Not Found", b"not found\n".to_vec(), "text/plain"),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

/// The file that a request asks for: `GET /name HTTP/1.1`. None outside of the folder.
fn path_in(folder: &Path, request: &str) -> Option<PathBuf> {
    let mut words = request.split_whitespace();
    let path = words.next().filter(|method| *method == "GET").and_then(|_| words.next())?;
    let path = path.split(['?', '#']).next()?.trim_start_matches('/');
    let name = Path::new(if path.is_empty() { "index.html" } else { path });
    let is_inside = name.components().all(|part| matches!(part, Component::Normal(_)));
    is_inside.then(|| folder.join(name))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::path_in;
    use std::path::Path;

    #[test]
    fn only_files_of_the_folder_are_served() {
        let path = |request: &str| path_in(Path::new("web"), request).map(|it| it.to_string_lossy().replace('\\', "/"));
        assert_eq!(path("GET / HTTP/1.1").as_deref(), Some("web/index.html"));
        assert_eq!(path("GET /vendor/codemirror.js?1 HTTP/1.1").as_deref(), Some("web/vendor/codemirror.js"));
        for outside in ["GET /../Cargo.toml HTTP/1.1", "GET /a/../../b HTTP/1.1", "POST / HTTP/1.1", "GET", ""] {
            assert_eq!(path(outside), None, "{outside}");
        }
    }
}
