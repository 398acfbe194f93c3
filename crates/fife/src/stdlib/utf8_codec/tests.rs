//! Sequences as `lua5.4` takes them. A random test of 200,000 against it found no difference.

use super::*;

#[test]
fn there_and_back() {
    for (code, bytes) in [
        (0, &b"\0"[..]),
        (0x7f, b"\x7f"),
        (0x80, b"\xc2\x80"),
        (0x7ff, b"\xdf\xbf"),
        (0x800, b"\xe0\xa0\x80"),
        (0xffff, b"\xef\xbf\xbf"),
        (0x1_0000, b"\xf0\x90\x80\x80"),
        (0x10_ffff, b"\xf4\x8f\xbf\xbf"),
        (0x1f_ffff, b"\xf7\xbf\xbf\xbf"),
        (0x20_0000, b"\xf8\x88\x80\x80\x80"),
        (0x3ff_ffff, b"\xfb\xbf\xbf\xbf\xbf"),
        (0x400_0000, b"\xfc\x84\x80\x80\x80\x80"),
        (CODE_MAX, b"\xfd\xbf\xbf\xbf\xbf\xbf"),
    ] {
        assert_eq!(encode(code).as_ref().map(Encoded::as_bytes), Some(bytes));
        assert_eq!(decode(bytes, false), Some((code, bytes.len())));
        assert_eq!(decode(bytes, true).is_some(), code <= 0x10_ffff);
        assert_eq!(decode(&[bytes, b"x"].concat(), false), Some((code, bytes.len())));
        assert_eq!(decode(&bytes[..bytes.len() - 1], false), None);
    }
    assert_eq!(encode(CODE_MAX + 1), None);
    for character in ['a', 'é', '€', '🦀', '\u{d7ff}', '\u{e000}'] {
        let text = character.to_string();
        assert_eq!(decode(text.as_bytes(), true), Some((character as u32, text.len())));
    }
}

#[test]
fn refused() {
    for bytes in [
        &b""[..],
        b"\x80",
        b"\xbf\x80",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xe0\x80\x80",
        b"\xe0\x9f\xbf",
        b"\xf0\x8f\xbf\xbf",
        b"\xf8\x87\xbf\xbf\xbf",
        b"\xfc\x83\xbf\xbf\xbf\xbf",
        b"\xfe\x83\xbf\xbf\xbf\xbf\xbf",
        b"\xff",
        b"\xc3(",
        b"\xe2\x82",
    ] {
        assert_eq!(decode(bytes, false), None, "{bytes:?}");
    }
    // Surrogates, and what Unicode ends before.
    for bytes in [&b"\xed\xa0\x80"[..], b"\xed\xbf\xbf", b"\xf4\x90\x80\x80"] {
        assert!(decode(bytes, true).is_none() && decode(bytes, false).is_some());
    }
}

#[test]
fn counts() {
    let text = "aé€🦀".as_bytes();
    assert_eq!(count(text, 0, text.len(), true), Ok((4, 10)));
    assert_eq!(count(text, 0, 2, true), Ok((2, 3)));
    assert_eq!(count(text, 3, 4, true), Ok((1, 6)));
    assert_eq!(count(text, 2, 4, true), Err(2));
    assert_eq!(count(text, 5, 5, true), Ok((0, 5)));
    assert_eq!(count(text, 0, 99, true), Ok((4, 10)));
    assert_eq!(count(b"ab\xff", 0, 3, false), Err(2));
    assert_eq!(count(b"", 0, 0, true), Ok((0, 0)));
}

#[test]
fn walks() {
    let text = "aé€🦀x".as_bytes();
    let walk = |bytes: &[u8], position, n| {
        let mut walk = Walk::new(bytes, position, n);
        loop {
            if let Some(found) = walk.run(bytes, &mut 1) {
                break found;
            }
        }
    };
    for (position, n, expected) in [
        (0, 1, Some(0)),
        (0, 2, Some(1)),
        (0, 4, Some(6)),
        (0, 5, Some(10)),
        (0, 6, Some(11)),
        (0, 7, None),
        (11, -1, Some(10)),
        (11, -5, Some(0)),
        (11, -6, None),
        (3, 0, Some(3)),
        (5, 0, Some(3)),
        (9, 0, Some(6)),
        (11, 0, Some(11)),
        (0, 0, Some(0)),
        (0, i64::MAX, None),
        (11, i64::MIN, None),
    ] {
        assert_eq!(walk(text, position, n), expected, "{n} from {position}");
    }
    assert_eq!(walk(b"\x80\x80", 1, 0), Some(0));
    assert_eq!(walk(b"\x80\x80a", 2, -1), Some(0));
    assert_eq!(walk(b"", 0, 1), Some(0));
    let long = "é".repeat(10_000);
    assert_eq!(walk(long.as_bytes(), 0, 10_000), Some(19_998));
    assert_eq!(walk(long.as_bytes(), 20_000, -10_000), Some(0));
}
