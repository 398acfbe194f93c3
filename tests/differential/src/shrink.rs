//! Makes a program that shows a difference smaller, as long as it still shows one.
//!
//! It works on text, so it need not know how a program was made: it removes lines (runs of them, and pairs that open
//! and close a block), then tokens. Text that is no longer a program shows no difference, since both implementations
//! report it in the same words.

use fife_generator::tokens::tokens;

/// The most tries; each runs the program three times.
const TRIES_MAX: usize = 2500;

/// The smallest text found for which `differs` holds, as it does for `source`.
pub fn shrink(source: &[u8], mut differs: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut tries = 0;
    let mut differs = |text: &[u8]| {
        tries += 1;
        tries <= TRIES_MAX && differs(text)
    };
    let mut text = source.to_vec();
    loop {
        let before = text.len();
        text = without_pieces(&lines(&text), &mut differs);
        text = without_pairs(lines(&text), &mut differs);
        if text.len() < before {
            continue;
        }
        text = without_pieces(&tokens(&text), &mut differs);
        text = with_simpler_tokens(tokens(&text), &mut differs);
        if text.len() >= before {
            return text;
        }
    }
}

fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Removes runs of pieces, long runs first.
fn without_pieces(pieces: &[Vec<u8>], differs: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut pieces = pieces.to_vec();
    let mut length = pieces.len().next_power_of_two();
    while length > 0 {
        let mut at = 0;
        while at < pieces.len() {
            let end = (at + length).min(pieces.len());
            let kept = [&pieces[..at], &pieces[end..]].concat();
            if differs(&kept.concat()) {
                pieces = kept;
            } else {
                at += length.div_ceil(2);
            }
        }
        length /= 2;
    }
    pieces.concat()
}

/// Removes pairs of lines of equal indentation: the start of a block and its end.
fn without_pairs(mut lines: Vec<Vec<u8>>, differs: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let mut first = 0;
    while first < lines.len() {
        let depth = indent(&lines[first]);
        let second = (first + 1..lines.len()).find(|&other| indent(&lines[other]) <= depth);
        if let Some(second) = second.filter(|&second| indent(&lines[second]) == depth) {
            let mut kept = lines.clone();
            kept.remove(second);
            kept.remove(first);
            if differs(&kept.concat()) {
                lines = kept;
                continue;
            }
        }
        first += 1;
    }
    lines.concat()
}

/// Replaces tokens by shorter ones.
fn with_simpler_tokens(mut tokens: Vec<Vec<u8>>, differs: &mut impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    for at in 0..tokens.len() {
        for simple in [&b"0"[..], b"1", b"\"\"", b"x", b"nil"] {
            if tokens[at].trim_ascii().len() <= simple.len() {
                break;
            }
            let mut replaced = tokens.clone();
            replaced[at] = [simple, b" "].concat();
            if differs(&replaced.concat()) {
                tokens = replaced;
                break;
            }
        }
    }
    tokens.concat()
}
