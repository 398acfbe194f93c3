//! Splits source text into tokens, roughly: well enough to leave some out or swap them.

/// The tokens of a text, each with the blanks after it. Joined, they are the text.
pub fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 128..);
        match text[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < text.len() && text[at] != quote {
                    at += if text[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' if text[at..].starts_with(b"--") => {
                at += 2;
                at = match long_bracket(&text[at..]) {
                    Some(length) => at + length,
                    None => text[at..]
                        .iter()
                        .position(|byte| matches!(byte, b'\n' | b'\r'))
                        .map_or(text.len(), |end| at + end),
                };
            }
            b'[' if let Some(length) = long_bracket(&text[at..]) => at += length,
            byte if is_word(&byte) || byte == b'.' && text.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                let is_number = byte.is_ascii_digit() || byte == b'.';
                let exponent: &[u8] =
                    if text[at..].starts_with(b"0x") || text[at..].starts_with(b"0X") { b"pP" } else { b"eE" };
                let continues = |at: usize| {
                    let is_sign = || matches!(text[at], b'+' | b'-') && at > start && exponent.contains(&text[at - 1]);
                    at < text.len() && (is_word(&text[at]) || is_number && (text[at] == b'.' || is_sign()))
                };
                while continues(at) {
                    at += 1;
                }
            }
            _ => {
                const LONG: [&[u8]; 10] = [b"...", b"..", b"==", b"~=", b"<=", b">=", b"//", b"::", b"<<", b">>"];
                at += LONG.iter().find(|long| text[at..].starts_with(long)).map_or(1, |long| long.len());
            }
        }
        at = at.min(text.len());
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        tokens.push(text[start..at].to_vec());
    }
    tokens
}

/// The length of the text in long brackets that starts here.
fn long_bracket(text: &[u8]) -> Option<usize> {
    let level = text.strip_prefix(b"[")?.iter().take_while(|byte| **byte == b'=').count();
    if text.get(level + 1) != Some(&b'[') {
        return None;
    }
    let closing = [&b"]"[..], &b"=".repeat(level), b"]"].concat();
    let end = text.windows(closing.len()).position(|window| window == closing);
    Some(end.map_or(text.len(), |end| end + closing.len()))
}
