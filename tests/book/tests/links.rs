//! Links within the repository's pages lead somewhere: to a file, and to a heading of it if they name one. The summary
//! of the book lists all its pages. (`book/build.sh` renders the book, and checks the links of the result.)

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The pages below a folder, except those that a build or a package manager left there, and except the command's copy of
/// a page of the book.
fn pages_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !matches!(&*name, "target" | "node_modules" | "data") && !name.starts_with('.') {
                pages_below(&path, found);
            }
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// The lines of a page outside of blocks of code.
fn lines(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of a page's links to something in the repository: `[text](target)`.
fn targets(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in lines(page) {
        // Between backticks is code.
        for text in line.split('`').step_by(2) {
            let after = text.split("](").skip(1);
            found.extend(
                after.filter_map(|rest| rest.split([')', ' ']).next()).filter(|target| !target.contains("://")),
            );
        }
    }
    found
}

/// The names by which links find the headings of a page, as GitHub and mdBook make them.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in lines(page) {
        let title = line.trim_start_matches('#');
        if title.len() < line.len() && title.starts_with(' ') {
            let kept = title.trim().chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
            let name: String = kept.collect::<String>().to_lowercase().replace(' ', "-");
            let again = (1..).map(|number| format!("{name}-{number}")).find(|it| !found.contains(it));
            let is_new = found.insert(name);
            found.extend(again.filter(|_| !is_new));
        }
    }
    found
}

/// The links of a page that lead nowhere.
fn broken<'a>(path: &Path, page: &'a str) -> Vec<&'a str> {
    let is_broken = |target: &&str| {
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let path = if file.is_empty() { path.to_owned() } else { path.with_file_name("").join(file) };
        let has_anchor = || fs::read_to_string(&path).is_ok_and(|page| anchors(&page).contains(anchor));
        !path.exists() || !anchor.is_empty() && !has_anchor()
    };
    targets(page).into_iter().filter(is_broken).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn links_lead_somewhere() {
    let (root, mut pages, mut wrong, mut count) = (root(), Vec::new(), Vec::new(), 0);
    pages_below(&root, &mut pages);
    for path in pages {
        let page = fs::read_to_string(&path).expect("a readable page");
        count += targets(&page).len();
        wrong.extend(broken(&path, &page).into_iter().map(|target| format!("{}: {target}", path.display())));
    }
    assert!(wrong.is_empty(), "these links lead nowhere:\n{}", wrong.join("\n"));
    assert!(count > 80, "{count} links: are they written in another way?");
}

#[test]
fn the_summary_lists_all_pages() {
    let book = root().join("book");
    let summary = fs::read_to_string(book.join("SUMMARY.md")).expect("a readable page");
    let listed: BTreeSet<&str> = targets(&summary).into_iter().collect();
    let mut pages = Vec::new();
    pages_below(&book, &mut pages);
    let names = pages.iter().filter_map(|path| path.file_name()?.to_str());
    let missing: Vec<&str> = names.filter(|name| *name != "SUMMARY.md" && !listed.contains(name)).collect();
    assert!(missing.is_empty(), "SUMMARY.md does not list {missing:?}");
}

#[test]
fn broken_links_are_seen() {
    let page = "# One `two`, three!\n\n## Again\n\n## Again\n\n[a](#one-two-three) [b](#again-1) [c](links.rs) `[](d)`\n\
        ```\n# e\n[f](g)\n```\n[h](#again-2) [i](nothing.md) [j](https://k) [l](links.rs#m) [n](#e)\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page.md");
    assert_eq!(targets(page), ["#one-two-three", "#again-1", "links.rs", "#again-2", "nothing.md", "links.rs#m", "#e"]);
    assert_eq!(anchors(page).iter().collect::<Vec<_>>(), ["again", "again-1", "one-two-three"]);
    assert_eq!(
        broken(&path, "[c](links.rs) [i](nothing.md) [l](links.rs#m) [n](#e)"),
        ["nothing.md", "links.rs#m", "#e"]
    );
}
