//! Keeps `book` and the pages beside it true: their Lua code runs and prints what they say, the files they name exist,
//! and the costs in `book/fuel.md` are those that the library's functions state and charge.
//!
//! The table of the library's costs is made from their definitions: `UPDATE=1` rewrites it.

#[path = "common/files.rs"]
mod files;
#[path = "common/library.rs"]
mod library;

use fife::{Fuel, Host, Libraries, Lua, Stepped, library_natives};
use fife_system::SystemHost;
use files::files_below;
use library::library_functions;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The pages and their text.
fn pages() -> Vec<(PathBuf, String)> {
    let mut paths = files_below(&root().join("book"), "md");
    paths.extend(
        ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"]
            .map(|name| root().join(name)),
    );
    paths.sort();
    assert!(paths.len() > 3, "there are pages");
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).expect("a readable page"))).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The blocks of a page with this word after the fence, each with the number of its first line.
fn blocks(page: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(word)) => block = Some((number + 2, word.trim().to_owned() + "\n")),
            (Some(_), Some(_)) => found.extend(block.take()),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    let mark = language.to_owned() + "\n";
    found.into_iter().filter_map(|(number, text)| Some((number, text.strip_prefix(&mark)?.to_owned()))).collect()
}

// ---- Lua code ----

/// The system, with output collected.
struct Collecting {
    system: SystemHost,
    output: Arc<Mutex<Vec<u8>>>,
}

impl Host for Collecting {
    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        self.output.lock().expect("no panic while it was locked").extend_from_slice(bytes);
        Ok(())
    }
    fn now(&self) -> Option<(i64, u32)> {
        self.system.now()
    }
    fn temporary_name(&self) -> io::Result<Vec<u8>> {
        self.system.temporary_name()
    }
    fn open(&self, path: &[u8], mode: fife::OpenMode) -> io::Result<Box<dyn fife::Stream>> {
        self.system.open(path, mode)
    }
    fn remove(&self, path: &[u8]) -> io::Result<()> {
        self.system.remove(path)
    }
}

/// The output of a chunk, and the error that ends it.
fn run(source: &str) -> (String, Option<String>) {
    let output = Arc::new(Mutex::new(Vec::new()));
    let host = Collecting { system: SystemHost::new(), output: output.clone() };
    let mut lua = Lua::builder().host(host).libraries(Libraries::ALL).build().unwrap();
    lua.set_fuel(Some(1_000_000_000));
    let error = lua.load(source).name("=book").exec().err().map(|error| error.to_string());
    let output = output.lock().expect("no panic while it was locked");
    (String::from_utf8_lossy(&output).into_owned(), error)
}

#[test]
fn lua_code_prints_what_stands_beside_it() {
    let mut count = 0;
    for (path, page) in pages() {
        for (line, source) in blocks(&page, "lua") {
            let after = |mark: &str| {
                let texts = source.lines().filter_map(|line| line.split_once(mark).map(|(_, text)| text));
                texts.map(|text| text.strip_prefix(' ').unwrap_or(text).to_owned()).collect::<Vec<_>>()
            };
            let expected: String = after("-- expect:").into_iter().map(|text| text + "\n").collect();
            let (output, error) = run(&source);
            assert_eq!(output, expected, "{}, line {line}", name_of(&path));
            assert_eq!(error.as_ref(), after("-- expect error:").first(), "{}, line {line}", name_of(&path));
            count += 1;
        }
    }
    assert!(count > 5, "there is code");
}

// ---- Names of files ----

#[test]
fn files_that_pages_name_exist() {
    let mut missing = Vec::new();
    let mut count = 0;
    for (path, page) in pages() {
        let folder = path.parent().expect("a page is in a folder");
        let links = page.match_indices("](").map(|(at, _)| &page[at + 2..]).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
            count += 1;
            let file = link.split('#').next().unwrap_or(link);
            if !folder.join(file).exists() {
                missing.push(format!("{}: {link}", name_of(&path)));
            }
        }
        for (at, _) in page.match_indices("`tests/") {
            count += 1;
            let name = page[at + 1..].split('`').next().unwrap_or_default();
            // A star stands for any of several names.
            let (folder, file) = name.rsplit_once('/').unwrap_or_default();
            let (start, end) = file.split_once('*').unwrap_or((file, ""));
            let fits = |name: &str| {
                if file.contains('*') { name.starts_with(start) && name.ends_with(end) } else { name == file }
            };
            let files = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
            if !files.map(|entry| name_of(&entry.path())).any(|name| fits(&name)) {
                missing.push(format!("{}: {name}", name_of(&path)));
            }
        }
    }
    assert!(missing.is_empty(), "there are no such files: {missing:#?}");
    assert!(count > 20, "files are named");
}

// ---- Costs ----

const FUEL_PAGE: &str = "book/fuel.md";

/// The forms of each library function that a script can reach, and its cost as its definition states it.
fn stated_costs() -> Vec<(String, String)> {
    let natives = library_natives().filter(|native| !native.signatures().is_empty());
    let mut found: Vec<(String, String)> = natives
        .map(|native| {
            let forms: Vec<String> = native.signatures().iter().map(|form| format!("`{form}`")).collect();
            assert!(!native.cost().is_empty(), "{native:?} does not say what it costs");
            (forms.join(", "), native.cost().to_owned())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn the_page_has_the_costs_that_functions_state() {
    let path = root().join(FUEL_PAGE);
    let page = fs::read_to_string(&path).expect("the page on fuel");
    let (start, end) = ("<!-- made of the natives' definitions: UPDATE=1 -->\n", "<!-- end -->\n");
    let from = page.find(start).expect("the start of the table") + start.len();
    let to = from + page[from..].find(end).expect("the end of the table");
    let mut table = "| function | costs, besides the call |\n|---|---|\n".to_owned();
    for (function, costs) in stated_costs() {
        table += &format!("| {} | {} |\n", function.replace('|', "\\|"), costs.replace('|', "\\|"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, [&page[..from], &table, &page[to..]].concat()).expect("a writable page");
        return;
    }
    assert_eq!(&page[from..to], table, "the table in {FUEL_PAGE} is not up to date: run this test with UPDATE=1");
}

#[test]
fn the_page_has_every_function() {
    let page = fs::read_to_string(root().join(FUEL_PAGE)).expect("the page on fuel");
    let functions = library_functions();
    let missing: Vec<&String> = functions.iter().filter(|name| !page.contains(&format!("`{name}("))).collect();
    assert!(missing.is_empty(), "{FUEL_PAGE} does not say what these cost: {missing:?}");
}

/// The fuel that a chunk uses, after a preparatory one. `n` is a global variable.
fn fuel_used(n: i64, source: &str) -> i64 {
    let mut lua = Lua::new();
    let prepare = b"
        s = string.rep('a', n)
        t, words = {}, {}
        for i = 1, n do t[i], words[i] = (i * 7919) % n, 'abcdefghijklmnop' end
        local object = setmetatable({}, {__lt = function() return false end})
        ordered = {}
        for i = 1, n do ordered[i] = object end
        numeral = string.rep(' ', n) .. '1'
        emptied = {x = 1}
        for i = 1, n do emptied[i] = i end
        for i = 1, n do emptied[i] = nil end
        code = 'local a = 1 ' .. string.rep('a = a + 1 ', n // 10)
        wide = coroutine.wrap(function(...) while true do coroutine.yield() end end)
        function varargs(...) end
        noop = function() end";
    lua.globals().set(&lua, "n", n).expect("there is memory");
    lua.load(prepare).name("=prepare").exec().expect("the chunk runs");
    let task = lua.load(source).name("=measured").start(()).expect("there is memory");
    let mut fuel = Fuel::with(1 << 50);
    let given = fuel.remaining();
    loop {
        match lua.step(&task, &mut fuel) {
            Stepped::Finished => return given - fuel.remaining(),
            Stepped::Failed => panic!("{source}: {}", task.error(&lua).unwrap()),
            _ => {}
        }
    }
}

/// The value of a formula of the page: `n`, `n * 3`, `n / 16`, `0`.
fn value_of(formula: &str, n: f64) -> f64 {
    let words: Vec<&str> = formula.split_whitespace().collect();
    let number = |word: &str| word.parse::<f64>().unwrap_or_else(|_| panic!("no formula: {formula}"));
    match words[..] {
        ["0"] => 0.0,
        ["n"] => n,
        ["n", "*", factor] => n * number(factor),
        ["n", "/", divisor] => n / number(divisor),
        _ => panic!("no formula: {formula}"),
    }
}

#[test]
fn costs_are_what_the_page_says() {
    let page = fs::read_to_string(root().join(FUEL_PAGE)).expect("the page on fuel");
    let (less, more) = (20_000, 60_000);
    let mut count = 0;
    let mut wrong = Vec::new();
    for (line, block) in blocks(&page, "fuel") {
        for text in block.lines() {
            let (statement, formula) = text.split_once("--").unwrap_or_else(|| panic!("line {line}: {text}"));
            let found = fuel_used(more, statement) - fuel_used(less, statement);
            let stated = value_of(formula.trim(), more as f64) - value_of(formula.trim(), less as f64);
            let error = (found as f64 - stated).abs();
            if error > stated * 0.15 + 20.0 {
                wrong.push(format!("{}: {found} units for {} more", statement.trim(), more - less));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "these cost something else than {FUEL_PAGE} says: {wrong:#?}");
    assert!(count > 10, "costs are measured");
}
