//! Dates as `lua5.4` (PUC-Rio, glibc) has them. A random test of 200,000 against it, over all
//! years that C can represent, found no difference.

use super::*;

const GREENWICH: Zone<'static> = Zone { offset: 0, name: "GMT" };

/// What `os.date("!" .. format, seconds)` gives.
fn date(format: &str, seconds: i64) -> String {
    date_in(format, seconds, GREENWICH)
}

fn date_in(format: &str, seconds: i64, zone: Zone<'_>) -> String {
    let fields = fields_at(seconds, zone.offset).expect("the date can be represented");
    let mut out = Vec::new();
    let mut rest = format.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'%' {
            let length = conversion_length(rest).expect("the conversion is valid");
            append_conversion(rest, &fields, zone, &mut out);
            rest = &rest[length..];
        } else {
            out.push(*byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn conversions() {
    let all =
        "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %m %M %p %r %R %S %T %u %U %V %w %W %x %X %y %Y %z %Z %%";
    assert_eq!(
        date(all, 1234567890),
        "Fri Friday Feb February Fri Feb 13 23:31:30 2009 20 13 02/13/09 13 2009-02-13 09 2009 Feb 23 11 044 02 31 \
         PM 11:31:30 PM 23:31 30 23:31:30 5 06 07 5 06 02/13/09 23:31:30 09 2009 +0000 GMT %"
    );
    assert_eq!(date("%n%t|%Ec|%EC|%Ex|%EX|%Ey|%EY", 0), "\n\t|Thu Jan  1 00:00:00 1970|19|01/01/70|00:00:00|70|1970");
    assert_eq!(date("%Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy", 0), "01  1 00 12 01 00 00 4 00 01 4 00 70");
}

#[test]
fn far_years() {
    let format = "%c|%C|%y|%G|%g|%F";
    assert_eq!(
        date(format, 67767976233532799),
        "Tue Dec 31 23:59:59 2147483647|21474836|47|2147483648|48|2147483647-12-31"
    );
    assert_eq!(date(format, -62135596801), "Sun Dec 31 23:59:59 0|0|00|0|00|0-12-31");
    assert_eq!(date(format, -62167219201), "Fri Dec 31 23:59:59 -1|-1|99|-1|99|-1-12-31");
    assert_eq!(fields_at(67768036191676799, 0).map(|fields| fields.year), Some(2147485547));
    assert_eq!(fields_at(67768036191676800, 0), None);
    assert_eq!(fields_at(-67768040609740800, 0).map(|fields| fields.year), Some(-2147481748));
    assert_eq!(fields_at(-67768040609740801, 0), None);
    for (seconds, offset) in [(i64::MAX, 0), (i64::MIN, 0), (i64::MAX, 1), (i64::MIN, -1)] {
        assert_eq!(fields_at(seconds, offset), None);
    }
}

#[test]
fn iso_weeks() {
    for (seconds, expected) in [
        (1104537600, "2004-W53-6"),
        (1230768000, "2009-W01-4"),
        (1262304000, "2009-W53-5"),
        (1230595200, "2009-W01-2"),
        (1325376000, "2011-W52-7"),
        (1483228800, "2016-W52-7"),
    ] {
        assert_eq!(date("%G-W%V-%u", seconds), expected);
    }
}

#[test]
fn zones() {
    let india = Zone { offset: 19_800, name: "IST" };
    assert_eq!(date_in("%F %T %z %Z", 0, india), "1970-01-01 05:30:00 +0530 IST");
    let newfoundland = Zone { offset: -12_600, name: "NST" };
    assert_eq!(date_in("%F %T %z %Z", 0, newfoundland), "1969-12-31 20:30:00 -0330 NST");
}

#[test]
fn invalid_conversions() {
    for invalid in ["", "Q", "s", "k", "E", "O", "Ez", "EQ", "OY", "Oc", "EEc", "\0", "5d", "-d"] {
        assert_eq!(conversion_length(invalid.as_bytes()), None, "{invalid}");
    }
    assert_eq!(conversion_length(b"Ec and more"), Some(2));
    assert_eq!(conversion_length(b"e and more"), Some(1));
}

#[test]
fn normalized() {
    let texts = |arguments: [i64; 6]| {
        let [year, month, day, hour, minute, second] = arguments;
        normalize(year, month, day, hour, minute, second).map(|(seconds, fields)| {
            let Fields { year, month, day, hour, minute, second, weekday, yearday } = fields;
            format!("{seconds} = {year}-{month}-{day} {hour}:{minute}:{second} {weekday} {yearday}")
        })
    };
    for (arguments, expected) in [
        ([1970, 1, 1, 0, 0, 0], "0 = 1970-1-1 0:0:0 5 1"),
        ([2020, 6, 1, 12, 0, 0], "1591012800 = 2020-6-1 12:0:0 2 153"),
        ([2020, 14, -3, 30, -5, 100_000], "1611999700 = 2021-1-30 9:41:40 7 30"),
        ([2020, 2, 29, 0, 0, 0], "1582934400 = 2020-2-29 0:0:0 7 60"),
        ([2021, 2, 29, 0, 0, 0], "1614556800 = 2021-3-1 0:0:0 2 60"),
        ([1900, 2, 29, 0, 0, 0], "-2203891200 = 1900-3-1 0:0:0 5 60"),
        ([2000, 0, 1, 0, 0, 0], "944006400 = 1999-12-1 0:0:0 4 335"),
        ([2000, -11, 1, 0, 0, 0], "915148800 = 1999-1-1 0:0:0 6 1"),
        ([1969, 12, 31, 23, 59, 59], "-1 = 1969-12-31 23:59:59 4 365"),
        ([2147485547, 12, 31, 23, 59, 59], "67768036191676799 = 2147485547-12-31 23:59:59 4 365"),
    ] {
        assert_eq!(texts(arguments).as_deref(), Some(expected));
    }
    let (max, min) = (i64::from(i32::MAX), i64::from(i32::MIN));
    assert_eq!(normalize(2020, max + 1, min, max, max, max).map(|(seconds, _)| seconds), Some(5469657458934067));
    assert_eq!(normalize(max + 1900, 13, 31, 23, 59, 59), None);
    assert_eq!(normalize(min + 1900, 1, 0, 0, 0, 0), None);
    assert_eq!(normalize(i64::MAX, i64::MIN, i64::MAX, i64::MAX, i64::MAX, i64::MAX), None);
}

#[test]
fn days_there_and_back() {
    for days in (-800_000..800_000).step_by(13).chain([-784_353_015_833, 784_351_576_776]) {
        let (year, month, day) = civil_from_days(days);
        assert!((1..=12).contains(&month) && (1..=31).contains(&day));
        assert_eq!(days_from_civil(year, month, day), days);
    }
}
