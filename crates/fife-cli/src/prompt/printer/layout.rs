//! Trees of values as lines of text: on one line what fits there, else a line for each field, and lists in filled
//! lines.
//!
//! It recurs as deep as the trees are, which is a few levels.

use super::{Entry, Node, Table};

const INDENT: usize = 2;

/// The text of a tree that begins behind `start` columns, for a terminal of `width` columns.
pub(super) fn lay_out(node: &Node, start: usize, width: usize) -> Vec<u8> {
    let mut text = Vec::new();
    push(node, 0, start, width, &mut text);
    text
}

/// Appends a value that begins in column `column` of a line indented by `indent`.
fn push(node: &Node, indent: usize, column: usize, width: usize, text: &mut Vec<u8>) {
    let flat = flat(node);
    let table = match node {
        Node::Table(table) if column + columns(&flat) > width && !table.entries.is_empty() => table,
        _ => return text.extend_from_slice(&flat),
    };
    push_head(table, text);
    text.push(b'{');
    let inner = indent + INDENT;
    // Where the line ends that list items are added to; none if the next one begins a line.
    let mut end = None;
    for entry in &table.entries {
        let item = flat_entry(entry);
        let size = columns(&item) + 1;
        match (&entry.key, end) {
            (None, Some(column)) if is_short(&entry.value) && column + 1 + size <= width => {
                text.push(b' ');
                text.extend_from_slice(&item);
                end = Some(column + 1 + size);
            }
            (None, _) if is_short(&entry.value) => {
                push_line_start(inner, text);
                text.extend_from_slice(&item);
                end = Some(inner + size);
            }
            _ => {
                push_line_start(inner, text);
                let start = text.len();
                push_key(entry, text);
                let column = inner + columns(&text[start..]);
                push(&entry.value, inner, column, width, text);
                end = None;
            }
        }
        text.push(b',');
    }
    if let Some(rest) = rest(table) {
        push_line_start(inner, text);
        text.extend_from_slice(&rest);
    }
    push_line_start(indent, text);
    text.push(b'}');
}

/// Whether a list may have it on one line with others.
fn is_short(node: &Node) -> bool {
    !matches!(node, Node::Table(table) if !table.entries.is_empty())
}

fn push_line_start(indent: usize, text: &mut Vec<u8>) {
    text.push(b'\n');
    text.extend(std::iter::repeat_n(b' ', indent));
}

/// What stands before the brace: the mark that other places refer to, and the name of its kind.
fn push_head(table: &Table, text: &mut Vec<u8>) {
    if let Some(mark) = table.mark {
        text.extend_from_slice(format!("<{mark}>").as_bytes());
    }
    if let Some(name) = &table.name {
        text.extend_from_slice(name);
        text.push(b' ');
    }
}

fn push_key(entry: &Entry, text: &mut Vec<u8>) {
    if let Some(key) = &entry.key {
        text.extend_from_slice(key);
        text.extend_from_slice(b" = ");
    }
}

/// What says that there is more than is shown.
fn rest(table: &Table) -> Option<Vec<u8>> {
    let rest = table.rest?;
    Some(if rest == 0 { b"...".to_vec() } else { format!("... {rest} more").into_bytes() })
}

fn flat(node: &Node) -> Vec<u8> {
    match node {
        Node::Text(text) => text.clone(),
        Node::Object { text, .. } => text.clone(),
        Node::Table(table) => {
            let mut text = Vec::new();
            push_head(table, &mut text);
            text.push(b'{');
            let mut parts: Vec<Vec<u8>> = table.entries.iter().map(flat_entry).collect();
            parts.extend(rest(table));
            text.extend_from_slice(&parts.join(&b", "[..]));
            text.push(b'}');
            text
        }
    }
}

fn flat_entry(entry: &Entry) -> Vec<u8> {
    let mut text = Vec::new();
    push_key(entry, &mut text);
    text.extend_from_slice(&flat(&entry.value));
    text
}

/// Whether texts fit on one line with tabs between them.
pub(super) fn fits_with_tabs(texts: &[Vec<u8>], width: usize) -> bool {
    const TAB: usize = 8;
    let end = texts.iter().fold(0, |end: usize, text| end.next_multiple_of(TAB) + columns(text));
    // A text that ends at a tab stop has a whole tab behind it.
    end + TAB <= width || texts.len() < 2
}

/// How many columns a text takes, about: characters.
fn columns(text: &[u8]) -> usize {
    text.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count()
}
