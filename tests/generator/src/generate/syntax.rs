//! Text that is mostly not a valid program, for parsers' messages.

use crate::choices::Choices;
use crate::tokens::tokens;

const STRAY: &[&str] = &[
    "end ",
    "do ",
    "if ",
    "then ",
    "else ",
    "elseif ",
    "for ",
    "while ",
    "repeat ",
    "until ",
    "function ",
    "local ",
    "return ",
    "goto ",
    "break ",
    "in ",
    "nil ",
    "not ",
    "and ",
    "or ",
    "= ",
    "== ",
    "~= ",
    "~ ",
    "( ",
    ") ",
    "{ ",
    "} ",
    "[ ",
    "] ",
    ", ",
    "; ",
    ": ",
    ":: ",
    ". ",
    ".. ",
    "... ",
    "# ",
    "<const> ",
    "<close> ",
    "<other> ",
    "x ",
    "1 ",
    "0x ",
    "1e ",
    "3x ",
    "\"a\" ",
    "\"a",
    "'\\q' ",
    "'\\xZZ'",
    "'\\u{' ",
    "'\\300' ",
    "[[ ",
    "[=",
    "--[[ ",
    "@ ",
    "$ ",
    "! ",
    "\\ ",
    "\u{e9} ",
    "\u{1} ",
    "\n",
    "'\n",
    "::x:: ",
    "goto x ",
    "local x <const> = 1 x = 2 ",
    "local function f() end ",
    "return return ",
    "a.b:c ",
    "a:b.c ",
    "f{} ",
    "1 = 2 ",
    "...=1 ",
];

/// The program with some tokens left out, doubled, swapped, or inserted.
pub(super) fn spoil(source: &[u8], choices: &Choices<'_>) -> Vec<u8> {
    let mut tokens = tokens(source);
    for _ in 0..1 + choices.below(2) {
        if tokens.is_empty() {
            break;
        }
        let at = choices.below(tokens.len());
        match choices.below(5) {
            0 => drop(tokens.remove(at)),
            1 => {
                let other = choices.below(tokens.len());
                tokens.swap(at, other);
            }
            2 => {
                let copy = tokens[choices.below(tokens.len())].clone();
                tokens.insert(at, copy);
            }
            3 => tokens.truncate(at + 1),
            _ => tokens.insert(at, choices.of(STRAY).as_bytes().to_vec()),
        }
    }
    tokens.concat()
}

/// The same program with line ends, comments and blanks between tokens: lines in messages are those of tokens.
pub(super) fn spread(source: &[u8], choices: &Choices<'_>) -> Vec<u8> {
    const BETWEEN: &[&str] = &[
        "\n",
        "\n",
        "\n\n",
        "--[[x]]",
        "--[==[\n]]]==]",
        "-- x\n",
        "\r\n",
        "\n\r",
        "\r",
        "--[=[]=]",
        "--\n",
        "\t",
        "\u{b}",
    ];
    let percent = [2, 10, 40][choices.below(3)];
    let mut spread = Vec::new();
    for token in tokens(source) {
        spread.extend_from_slice(&token);
        if choices.percent(percent) {
            let between = choices.of(BETWEEN);
            // A minus before a comment would become part of it.
            if between.starts_with('-') {
                spread.push(b' ');
            }
            spread.extend_from_slice(between.as_bytes());
        }
    }
    spread
}
