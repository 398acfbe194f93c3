//! The definitions for editors are true: they name everything that exists, and nothing else.

mod run;

use run::{fife, fife_with_input};
use std::collections::BTreeSet;

/// Prints the names in a VM, one per line.
const NAMES: &str = "for name, value in pairs(_G) do
    if name == '_G' or name == 'arg' then
    elseif type(value) == 'table' then for field in pairs(value) do print(name .. '.' .. field) end
    else print(name) end
end";

/// The lines of the command's output.
fn lines(words: &[&str], input: &str) -> BTreeSet<String> {
    let run = fife_with_input(words, input.as_bytes());
    assert_eq!((run.status, &*run.errors), (Some(0), ""));
    run.output.lines().map(str::to_owned).collect()
}

/// The functions that the definitions for LuaLS declare, and those that they say are missing.
fn declared(definitions: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut all, mut missing, mut is_deprecated) = (BTreeSet::new(), BTreeSet::new(), false);
    for line in definitions.lines() {
        is_deprecated |= line.starts_with("---@deprecated");
        if let Some(rest) = line.strip_prefix("function ") {
            let name = rest.split('(').next().expect("there is something").to_owned();
            let set = if is_deprecated { &mut missing } else { &mut all };
            set.insert(name);
            is_deprecated = false;
        }
    }
    (all, missing)
}

/// What Fife has more than Lua 5.4 without what that can keep of 5.3, of which tools do not know.
fn more() -> BTreeSet<String> {
    let (full, strict) = (lines(&["-"], NAMES), lines(&["--no-compat", "-"], NAMES));
    let mut more: BTreeSet<String> = full.difference(&strict).cloned().collect();
    assert!(more.contains("math.pow") && full.contains("coroutine.yieldto"));
    more.insert("coroutine.yieldto".to_owned());
    more
}

#[test]
fn definitions_are_lua() {
    for words in [&["--definitions"][..], &["--sandbox", "--definitions"], &["--definitions=luacheck"]] {
        let text = fife(words).output;
        assert!(!text.is_empty());
        fife_with_input(&["-"], text.as_bytes()).complains("").ends_with(0);
    }
    fife(&["--definitions=vim"]).mentions("fife: '--definitions' are for luals, luacheck, selene\n").ends_with(1);
}

#[test]
fn luals_is_told_what_there_is() {
    let (full, sandbox) = (lines(&["-"], NAMES), lines(&["--sandbox", "-"], NAMES));
    let (names, missing) = declared(&fife(&["--definitions"]).output);
    assert!(missing.is_empty());
    assert_eq!(names, more());
    assert!(names.is_subset(&full));
    let text = fife(&["--sandbox", "--definitions"]).output;
    let (names, missing) = declared(&text);
    assert!(names.is_subset(&sandbox), "{names:?}");
    assert!(missing.is_subset(&full) && missing.is_disjoint(&sandbox), "{missing:?}");
    // A function missing from the sandbox is one that the settings remove, or that is said to be missing; functions of
    // such libraries that exist are declared.
    for name in full.difference(&sandbox) {
        let library = name.split('.').next().expect("there is something");
        let is_disabled = text.contains(&format!("\"{library}\": \"disable\""));
        assert!(is_disabled || missing.contains(name) || name == "require", "{name}");
    }
    for name in sandbox.iter().filter(|name| name.starts_with("debug.")) {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn luacheck_is_told_what_there_is() {
    let program = "local set = {}
        local function add(prefix, globals)
            for key, value in pairs(globals) do
                if type(key) == 'number' then print(prefix .. value)
                elseif key ~= '_G' then for field in pairs(value.fields) do print(prefix .. key .. '.' .. field) end end
            end
        end
        local stds = (function() CODE end)()
        add('fife ', stds.fife.read_globals)
        add('sandbox ', stds.fife_sandbox.read_globals)";
    let program = program.replace("CODE", &fife(&["--definitions=luacheck"]).output);
    let told = lines(&["-"], &program);
    let of =
        |prefix: &str| told.iter().filter_map(|it| it.strip_prefix(prefix)).map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(of("sandbox "), lines(&["--sandbox", "-"], NAMES));
    assert_eq!(of("fife "), more());
}

#[test]
fn selene_is_told_of_what_is_more() {
    let text = fife(&["--definitions=selene"]).output;
    // There is no 'lua54' in selene, and the syntax of what another is based on counts for more than one's own.
    assert!(text.starts_with("---\n") && text.contains("\nbase: lua51\n") && text.contains("\n  - lua54\n"));
    assert!(!text.contains('\t'), "YAML has no tabs");
    let globals = text.split_once("\nglobals:\n").expect("there are some").1;
    let (mut names, mut removed) = (BTreeSet::new(), BTreeSet::new());
    let mut last = String::new();
    for line in globals.lines().filter(|line| !line.trim_start().starts_with('#')) {
        if line == "    removed: true" {
            names.remove(&last);
            removed.insert(last.clone());
        } else if let Some(name) = line.strip_prefix("  ").filter(|name| !name.starts_with(' ')) {
            last = name.strip_suffix(':').expect("a name").to_owned();
            names.insert(last.clone());
        }
    }
    let full = lines(&["-"], NAMES);
    assert!(names.remove("_ENV") && names.contains("coroutine.yieldto"));
    assert!(names.is_subset(&full), "{:?}", names.difference(&full));
    // All that came after 5.1.
    for library in
        ["utf8.", "coroutine.close", "coroutine.isyieldable", "math.type", "string.pack", "table.move", "warn"]
    {
        let (mut told, mut there) = (names.clone(), full.clone());
        told.retain(|name| name.starts_with(library));
        there.retain(|name| name.starts_with(library));
        assert_eq!(told, there);
    }
    assert!(removed.contains("unpack") && removed.is_disjoint(&full), "{removed:?}");
}
