//! The programs in the pages print what the pages say.

#![forbid(unsafe_code)]

use std::process::{Command, Output};

fn pages(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pages")).args(arguments).output().expect("the programs can be started")
}

#[test]
fn programs_print_what_the_pages_say() {
    let list = String::from_utf8(pages(&[]).stdout).expect("the list is text");
    let mut wrong = Vec::new();
    for (number, line) in list.lines().enumerate() {
        let (place, expected) = line.split_once('\t').expect("a place, and what is printed");
        let ran = pages(&[number.to_string()]);
        let printed = String::from_utf8_lossy(&ran.stdout);
        if printed.escape_default().to_string() != expected || !ran.status.success() {
            wrong.push(format!("{place} prints\n{printed}{}", String::from_utf8_lossy(&ran.stderr)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(list.lines().count() > 5, "pages print what their programs do");
}
