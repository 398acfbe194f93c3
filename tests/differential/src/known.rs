//! Intended differences, as a page of differences would list them. If outputs differ and one of these is found, the
//! program is not counted.

use crate::run::Outcome;
use fife_generator::Program;
use fife_generator::tokens::tokens;
use std::ops::Range;

/// What an output contains up to its first difference, and why the other one differs.
const KNOWN: &[(&str, &str)] = &[
    ("attempt to yield across a C-call boundary", "Fife yields everywhere"),
    ("not enough memory", "the limits on memory are not the same"),
    (": 0x", "addresses have no fixed length"),
];

/// As above, but earlier output may differ, too, by the number of repetitions.
const KNOWN_LATE: &[(&str, &str)] = &[
    ("stack overflow", "the depth of calls is bounded by other numbers, and C's stack not at all"),
    ("error in error handling", "as above: what PUC Lua says when C's stack is used up in a message handler"),
];

/// Why the outputs of a program may differ.
pub fn known_difference(program: &Program, puc: &Outcome, fife: &Outcome) -> Option<&'static str> {
    let has = |output: &[u8], text: &str| output.windows(text.len()).any(|window| window == text.as_bytes());
    if has(&fife.output, "PANIC:") {
        return None;
    }
    // Known differences may be combined, so the last kinds are looked for in what the first ones leave.
    let [mut puc, mut fife] = [puc.output.clone(), fife.output.clone()];
    [puc, fife] = [without_registers(&puc), without_registers(&fife)];
    if puc == fife {
        return Some("Fife counts registers when all is parsed, and does not say near what there are too many");
    }
    if has(&program.source, "sethook") {
        [puc, fife] = [without_lines(&puc), without_lines(&fife)];
        if puc == fife {
            return Some("some instructions of PUC Lua are none in Fife, and lines of only those are not told");
        }
    }
    fife = with_signs_of_nan(&puc, &fife);
    if puc == fife {
        return Some("the sign of a NaN: C leaves it to compiler and processor which operand's a sum has");
    }
    let outputs = [&puc[..], &fife];
    let beginnings = outputs.map(|output| &output[..end_of_first_difference(output, &puc, &fife)]);
    for (known, outputs) in [(KNOWN, beginnings), (KNOWN_LATE, outputs)] {
        if let Some((_, reason)) = known.iter().find(|(text, _)| outputs.iter().any(|output| has(output, text))) {
            return Some(reason);
        }
    }
    if subtracts_zero(&program.source) && without_minus(&puc) == without_minus(&fife) {
        return Some("PUC Lua subtracts the numeral 0 by adding it, so that -0.0 - 0 is 0.0 there");
    }
    if has(&program.source, "xpcall") && without_repeats(&puc) == without_repeats(&fife) {
        return Some("a message handler that fails is called again for that, but another number of times");
    }
    if has(&program.source, "xpcall") && has(&program.source, "yield") && yields_more(&puc, &fife) {
        return Some(
            "Fife yields in message handlers, too: PUC Lua's error about that is one in error handling, which nobody sees",
        );
    }
    if differ_in_names(&puc, &fife, &program.source) {
        return Some("a traceback takes any of the names that a function has in the loaded modules");
    }
    None
}

/// Whether Fife's output is PUC Lua's with additional yields. A yield that Fife lacks is a difference.
fn yields_more(puc: &[u8], fife: &[u8]) -> bool {
    let mut expected = puc.split(|byte| *byte == b'\n').peekable();
    let is_meant = |line: &[u8]| expected.next_if(|it| *it == line).is_some() || line.starts_with(b"yielded ");
    fife.split(|byte| *byte == b'\n').all(is_meant) && expected.next().is_none()
}

/// Whether only lines of tracebacks differ, and only by the name of a library function to which the program gave
/// another name.
fn differ_in_names(puc: &[u8], fife: &[u8], source: &[u8]) -> bool {
    let name = |line: &[u8]| {
        let quoted = line.strip_prefix(b"\t[C]: in function '")?;
        quoted.strip_suffix(b"'").map(<[u8]>::to_vec)
    };
    let is_given = |name: &[u8]| {
        // One function with two names.
        if name.starts_with(b"math.atan") {
            return true;
        }
        let assignment = [name, b" = "].concat();
        source.windows(assignment.len()).any(|window| window == assignment)
    };
    let [puc, fife] = [puc, fife].map(|output| output.split(|byte| *byte == b'\n').collect::<Vec<_>>());
    puc.len() == fife.len()
        && puc.iter().zip(&fife).all(|(puc, fife)| {
            puc == fife || name(puc).zip(name(fife)).is_some_and(|(puc, fife)| is_given(&puc) || is_given(&fife))
        })
}

/// An output without the line and the token in messages about registers.
fn without_registers(output: &[u8]) -> Vec<u8> {
    const MESSAGE: &[u8] = b": function or expression needs too many registers";
    let mut kept = Vec::with_capacity(output.len());
    let mut rest = output;
    while let Some(at) = rest.windows(MESSAGE.len()).position(|window| window == MESSAGE) {
        let digits = rest[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        kept.extend_from_slice(&rest[..at - digits]);
        kept.extend_from_slice(MESSAGE);
        rest = &rest[at + MESSAGE.len()..];
        // The token may be a quote; what `show` adds at the end follows it.
        if rest.starts_with(b" near ") {
            let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            rest = &rest[rest[..line].iter().rposition(|byte| *byte == b'"').unwrap_or(line)..];
        }
    }
    kept.extend_from_slice(rest);
    kept
}

/// Fife's output with PUC Lua's sign for each NaN whose sign differs.
fn with_signs_of_nan(puc: &[u8], fife: &[u8]) -> Vec<u8> {
    let mut changed = Vec::with_capacity(fife.len());
    let mut end = 0;
    for (theirs, ours) in nans(puc).into_iter().zip(nans(fife)) {
        changed.extend_from_slice(&fife[end..ours.start]);
        end = ours.end;
        let [theirs, ours] = [&puc[theirs], &fife[ours]];
        let [sign, other] = [theirs, ours].map(|nan| nan.contains(&b'-'));
        // A requested width compensates for the sign; otherwise the text is one byte longer.
        let fits = match ours.len() as i64 - theirs.len() as i64 {
            0 => true,
            1 => other,
            -1 => sign,
            _ => false,
        };
        changed.extend_from_slice(if sign != other && fits { theirs } else { ours });
    }
    changed.extend_from_slice(&fife[end..]);
    changed
}

/// The NaNs in an output, each with its sign and the blanks around it: `nan` or `NAN`, alone or with the prelude's `f`.
/// In a longer word it is text.
fn nans(output: &[u8]) -> Vec<Range<usize>> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut found = Vec::new();
    let mut from = 0;
    for at in 0..output.len() {
        let rest = &output[at..];
        if at < from || !rest.starts_with(b"nan") && !rest.starts_with(b"NAN") || at > 0 && is_word(&output[at - 1]) {
            continue;
        }
        let length = 3 + usize::from(rest.get(3) == Some(&b'f'));
        if rest.get(length).is_some_and(is_word) {
            continue;
        }
        let before = output[from..at].iter().rev().take_while(|byte| b" +-".contains(byte)).count();
        let after = rest[length..].iter().take_while(|byte| **byte == b' ').count();
        from = at + length + after;
        found.push(at - before..from);
    }
    found
}

/// An output without the lines that a hook was told.
fn without_lines(output: &[u8]) -> Vec<u8> {
    let lines = output.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !line.starts_with(b"line ")).flatten().copied().collect()
}

/// The end of the line with the first difference between two outputs.
fn end_of_first_difference(output: &[u8], first: &[u8], second: &[u8]) -> usize {
    let common = first.iter().zip(second).take_while(|(first, second)| first == second).count();
    output[common..].iter().position(|byte| *byte == b'\n').map_or(output.len(), |length| common + length)
}

/// The output with repeated lines reduced to one.
fn without_repeats(output: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = output.split(|byte| *byte == b'\n').collect();
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(*line));
    lines
}

fn subtracts_zero(source: &[u8]) -> bool {
    let tokens = tokens(source);
    let mut pairs = tokens.iter().zip(tokens.iter().skip(1));
    pairs.any(|(first, second)| {
        let numeral = second.trim_ascii();
        first.trim_ascii() == b"-" && matches!(numeral, [b'0', ..]) && numeral.iter().all(|byte| b"0xX".contains(byte))
    })
}

/// The output without minus signs: a zero's may have gone anywhere.
fn without_minus(output: &[u8]) -> Vec<u8> {
    output.iter().copied().filter(|byte| *byte != b'-').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether these outputs, of any program, are a known difference.
    fn is_known(puc: &str, fife: &str) -> bool {
        let program = Program { source: b"show(0/0)".to_vec(), is_coroutine: false };
        let outcome = |output: &str| Outcome { output: output.as_bytes().to_vec(), is_stopped: false };
        known_difference(&program, &outcome(puc), &outcome(fife)).is_some()
    }

    #[test]
    fn signs_of_nan() {
        let same = [
            ("-nan\n", "nan\n"),
            ("-nanf 1\n", "nanf 1\n"),
            ("true \"-nan\"\n", "true \"nan\"\n"),
            ("\"  -NAN|\"\n", "\"   NAN|\"\n"),
            ("\"-nan  |\"\n", "\"nan   |\"\n"),
            ("\"+nan\"\n", "\"-nan\"\n"),
            ("{[1]=nanf, [2]=-nanf}\n", "{[1]=-nanf, [2]=nanf}\n"),
        ];
        assert_eq!(same.iter().find(|(puc, fife)| !is_known(puc, fife)), None);
        let different = [
            ("-nan\n", "inf\n"),
            ("-1\n", "1\n"),
            ("-nan 1\n", "nan -1\n"),
            ("-inf\n", "inf\n"),
            ("-nancy\n", "nancy\n"),
            ("ba-nan-a\n", "banana\n"),
            ("nan\n", "\n"),
            ("-nan\n", "  nan\n"),
            ("nan|\n", "  -nan|\n"),
            ("\"   nan\"\n", "\"  nan\"\n"),
            ("\"   nan\"\n", "\" -nan\"\n"),
            ("-nan\n4\n", "nan\n3\n"),
        ];
        assert_eq!(different.iter().find(|(puc, fife)| is_known(puc, fife)), None);
    }
}
