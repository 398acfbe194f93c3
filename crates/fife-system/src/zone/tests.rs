//! Local time against known changes, and against damaged descriptions of it.

use super::*;

fn rule(text: &str) -> Zone {
    Zone::find(Some(text.as_bytes()), |_| None)
}

#[track_caller]
fn check(zone: &Zone, seconds: i64, offset: i64, name: &str) {
    let found = zone.at(seconds);
    assert_eq!((found.utc_offset, found.zone_name.as_str()), (offset, name), "at {seconds}");
}

#[test]
fn rule_of_the_north() {
    let zone = rule("CET-1CEST,M3.5.0,M10.5.0/3");
    // In 2024 from 31 March 01:00 UTC to 27 October 01:00 UTC.
    check(&zone, 1_711_846_799, 3600, "CET");
    check(&zone, 1_711_846_800, 7200, "CEST");
    check(&zone, 1_729_990_799, 7200, "CEST");
    check(&zone, 1_729_990_800, 3600, "CET");
}

#[test]
fn rule_of_the_south() {
    let zone = rule("AEST-10AEDT,M10.1.0,M4.1.0/3");
    // In 2024 daylight saving time ended on 6 April 16:00 UTC and began on 5 October 16:00 UTC.
    check(&zone, 1_712_419_199, 39_600, "AEDT");
    check(&zone, 1_712_419_200, 36_000, "AEST");
    check(&zone, 1_728_143_999, 36_000, "AEST");
    check(&zone, 1_728_144_000, 39_600, "AEDT");
}

#[test]
fn plain_rules() {
    check(&rule("<-03>3"), 0, -10_800, "-03");
    check(&rule("IST-5:30"), 1 << 40, 19_800, "IST");
    check(&rule("EST5EDT"), 1_720_000_000, -14_400, "EDT");
    check(&rule("XYZ0ABC,J60/0,J61/0"), 68_256_000, 3600, "ABC");
}

#[test]
fn nonsense_is_utc() {
    for text in [
        "",
        "X",
        "No/Such",
        "CET-1CEST,M3.5",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET99999999999",
        "<abc",
        "\u{fc}\u{fc}\u{fc}1",
    ] {
        check(&rule(text), 1_700_000_000, 0, "UTC");
    }
    check(&Zone::find(Some(b"\xFF"), |_| None), 0, 0, "UTC");
}

#[test]
fn the_ends_of_time() {
    let zone = rule("CET-1CEST,M3.5.0,M10.5.0/3");
    for seconds in [i64::MIN, i64::MAX, i64::MIN / 2, i64::MAX / 2] {
        zone.at(seconds);
    }
}

/// A file with two periods, one change and a rule.
fn compiled() -> Vec<u8> {
    let mut file = Vec::new();
    for (version_body, time_size) in [(false, 4), (true, 8)] {
        file.extend_from_slice(b"TZif2");
        file.extend_from_slice(&[0; 15]);
        for count in [0_u32, 0, 0, 1, 2, 8] {
            file.extend_from_slice(&count.to_be_bytes());
        }
        let change = 1_000_000_i64.to_be_bytes();
        file.extend_from_slice(&change[8 - time_size..]);
        file.push(1);
        for (offset, is_daylight, name_at) in [(-600_i32, 0, 0), (3600, 0, 4)] {
            file.extend_from_slice(&offset.to_be_bytes());
            file.extend_from_slice(&[is_daylight, name_at]);
        }
        file.extend_from_slice(b"LMT\0CET\0");
        if version_body {
            file.extend_from_slice(b"\nCET-1\n");
        }
    }
    file
}

#[test]
fn compiled_file() {
    let zone = Zone::find(None, |_| Some(compiled()));
    check(&zone, 999_999, -600, "LMT");
    check(&zone, 1_000_000, 3600, "CET");
    check(&zone, 1 << 40, 3600, "CET");
}

#[test]
fn damaged_files_are_utc_or_read() {
    let file = compiled();
    for length in 0..file.len() {
        Zone::find(None, |_| Some(file[..length].to_vec())).at(5);
    }
    for at in 0..file.len() {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut damaged = file.clone();
            damaged[at] = value;
            let zone = Zone::find(None, |_| Some(damaged.clone()));
            for seconds in [i64::MIN, 0, 1_000_000, i64::MAX] {
                zone.at(seconds);
            }
        }
    }
}
