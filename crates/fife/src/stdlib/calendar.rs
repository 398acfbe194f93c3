//! The calendar of `os.date` and `os.time`, without C: civil dates and seconds since 1970, and the
//! conversions of `strftime` in the C locale as glibc has them.
//!
//! The calendar is the Gregorian one, extended to the time before it was introduced, and knows no leap seconds. The
//! host knows time zones; here a zone is a number of seconds east of Greenwich. Nothing here reads a clock.

#[cfg(test)]
mod tests;

const SECONDS_PER_DAY: i64 = 86_400;

/// Days in 400 years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;

/// A moment in terms of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fields {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    /// 1 to 7, where 1 is Sunday, as in Lua and not as in C.
    pub(crate) weekday: i64,
    /// 1 to 366.
    pub(crate) yearday: i64,
}

/// The time zone in which fields are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Zone<'a> {
    /// Seconds east of Greenwich.
    pub(crate) offset: i64,
    /// The result of `%Z`; `GMT` for `os.date("!...")`.
    pub(crate) name: &'a str,
}

/// The calendar's view of a moment, in seconds since 1970 (UTC), in a zone that many seconds east
/// of Greenwich. `None` if the year is out of C's range ("date result cannot be represented in
/// this installation").
pub(crate) fn fields_at(seconds: i64, offset: i64) -> Option<Fields> {
    let local = seconds.checked_add(offset)?;
    let days = local.div_euclid(SECONDS_PER_DAY);
    let second_of_day = local.rem_euclid(SECONDS_PER_DAY);
    let (year, month, day) = civil_from_days(days);
    is_representable(year).then(|| Fields {
        year,
        month,
        day,
        hour: second_of_day / 3600,
        minute: second_of_day / 60 % 60,
        second: second_of_day % 60,
        // The first of January 1970 was a Thursday.
        weekday: (days + 4).rem_euclid(7) + 1,
        yearday: days - days_from_civil(year, 1, 1) + 1,
    })
}

/// What `mktime` makes of fields that may be out of range, such as the 40th of a month: the seconds since 1970 **as if
/// the fields were UTC**, and the fields brought into range. For another zone, subtract its offset from the seconds.
///
/// `None` if the year is out of C's range ("time result cannot be represented in this installation"). The caller has
/// checked that each argument is in the range of C's `int`, give or take 1900 ("field 'day' is out-of-bound"); values
/// far beyond that are refused, too.
pub(crate) fn normalize(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<(i64, Fields)> {
    const LIMIT: i64 = 1 << 33;
    if [year, month, day, hour, minute, second].iter().any(|field| !(-LIMIT..=LIMIT).contains(field)) {
        return None;
    }
    let month_index = month - 1;
    let year = year + month_index.div_euclid(12);
    let days = days_from_civil(year, month_index.rem_euclid(12) + 1, 1) + day - 1;
    let seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
    Some((seconds, fields_at(seconds, 0)?))
}

/// Whether the year fits into C's `int`, which counts years from 1900.
fn is_representable(year: i64) -> bool {
    i32::try_from(year - 1900).is_ok()
}

/// The days from 1970 to a date. `month` is from 1 to 12, and `year` less than 2⁵⁰.
///
/// Years are counted from March, so that the leap day is the last (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970
}

/// Days from the first of March of the year 0 to the first of January 1970.
const DAYS_TO_1970: i64 = 719_468;

/// The year, month and day of a number of days since 1970.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + DAYS_TO_1970;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = (march_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The length in bytes of the conversion at the beginning of `rest`, which is the text after a `%`: 1, or 2 with the
/// modifiers `E` and `O`. `None` if it is not valid: "invalid conversion specifier '%...'", with all of `rest` up to
/// its first zero byte.
pub(crate) fn conversion_length(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'E', b'c' | b'C' | b'x' | b'X' | b'y' | b'Y', ..] => Some(2),
        [b'O', b'd' | b'e' | b'H' | b'I' | b'm' | b'M' | b'S' | b'u' | b'U' | b'V' | b'w' | b'W' | b'y', ..] => Some(2),
        [letter, ..] if b"aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%".contains(letter) => Some(1),
        _ => None,
    }
}

/// Appends the text of a conversion, `rest` of [`conversion_length`], for these fields. At most some 60 bytes and the
/// zone's name.
pub(crate) fn append_conversion(rest: &[u8], fields: &Fields, zone: Zone<'_>, out: &mut Vec<u8>) {
    // The C locale has no alternative eras and digits.
    let letter = match rest {
        [b'E' | b'O', letter, ..] | [letter, ..] => *letter,
        [] => return,
    };
    let weekday = fields.weekday - 1;
    let weekday_name = WEEKDAYS.get(weekday as usize).copied().unwrap_or("?");
    let month_name = MONTHS.get((fields.month - 1) as usize).copied().unwrap_or("?");
    let hour_of_12 = (fields.hour + 11) % 12 + 1;
    let days_since_monday = (weekday + 6) % 7;
    let (iso_year, iso_week) = iso_week(fields);
    let mut many = |letters: &[u8]| {
        for &letter in letters {
            match letter {
                b' ' | b'/' | b':' | b'-' => out.push(letter),
                _ => append_conversion(&[letter], fields, zone, out),
            }
        }
    };
    let text = match letter {
        b'a' => weekday_name.get(..3).unwrap_or("?").to_owned(),
        b'A' => weekday_name.to_owned(),
        b'b' | b'h' => month_name.get(..3).unwrap_or("?").to_owned(),
        b'B' => month_name.to_owned(),
        b'c' => return many(b"a b e T Y"),
        b'C' => fields.year.div_euclid(100).to_string(),
        b'd' => format!("{:02}", fields.day),
        b'D' | b'x' => return many(b"m/d/y"),
        b'e' => format!("{:2}", fields.day),
        b'F' => return many(b"Y-m-d"),
        b'g' => format!("{:02}", iso_year.rem_euclid(100)),
        b'G' => iso_year.to_string(),
        b'H' => format!("{:02}", fields.hour),
        b'I' => format!("{hour_of_12:02}"),
        b'j' => format!("{:03}", fields.yearday),
        b'm' => format!("{:02}", fields.month),
        b'M' => format!("{:02}", fields.minute),
        b'n' => "\n".to_owned(),
        b'p' => (if fields.hour < 12 { "AM" } else { "PM" }).to_owned(),
        b'r' => return many(b"I:M:S p"),
        b'R' => return many(b"H:M"),
        b'S' => format!("{:02}", fields.second),
        b't' => "\t".to_owned(),
        b'T' | b'X' => return many(b"H:M:S"),
        b'u' => (days_since_monday + 1).to_string(),
        b'U' => format!("{:02}", (fields.yearday + 6 - weekday) / 7),
        b'V' => format!("{iso_week:02}"),
        b'w' => weekday.to_string(),
        b'W' => format!("{:02}", (fields.yearday + 6 - days_since_monday) / 7),
        b'y' => format!("{:02}", fields.year.rem_euclid(100)),
        b'Y' => fields.year.to_string(),
        b'z' => {
            let minutes = zone.offset.abs() / 60;
            let sign = if zone.offset < 0 { '-' } else { '+' };
            format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
        }
        b'Z' => zone.name.to_owned(),
        _ => "%".to_owned(),
    };
    out.extend_from_slice(text.as_bytes());
}

/// The year and the number of the week by ISO 8601: weeks begin on Monday, and belong to the year
/// that has their Thursday.
fn iso_week(fields: &Fields) -> (i64, i64) {
    let days_since_monday = (fields.weekday + 5) % 7;
    let thursday = fields.yearday - days_since_monday + 3;
    let days_in = |year: i64| days_from_civil(year + 1, 1, 1) - days_from_civil(year, 1, 1);
    let (year, day) = if thursday < 1 {
        (fields.year - 1, thursday + days_in(fields.year - 1))
    } else if thursday > days_in(fields.year) {
        (fields.year + 1, thursday - days_in(fields.year))
    } else {
        (fields.year, thursday)
    };
    (year, (day - 1) / 7 + 1)
}
