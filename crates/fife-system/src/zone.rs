//! Local time: the rules of a time zone, from the system's compiled files (TZif, RFC 9636) or from a rule in
//! the notation of POSIX (`CET-1CEST,M3.5.0,M10.5.0/3`), which such files also end with.
//!
//! Reads what the environment variable `TZ` names, as C's library does, else `/etc/localtime`. What can not be
//! read or makes no sense is UTC: a clock that is off is better than none.

#[cfg(test)]
mod tests;

use fife::LocalTime;

const SECONDS_PER_DAY: i64 = 86_400;

/// Where the files of time zones are.
const ZONE_FOLDER: &str = "/usr/share/zoneinfo/";

/// What holds between two changes of local time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Period {
    offset: i64,
    is_daylight: bool,
    name: String,
}

/// The rules of one time zone.
#[derive(Debug)]
pub(crate) struct Zone {
    /// When the rules changed, in seconds since 1970, ascending; and the number of the period that began.
    changes: Vec<(i64, u8)>,
    periods: Vec<Period>,
    /// What holds from the last change on.
    rule: Option<Rule>,
}

impl Zone {
    /// The zone that a setting of `TZ` means; no setting means the system's.
    pub(crate) fn find(setting: Option<&[u8]>, read: impl Fn(&str) -> Option<Vec<u8>>) -> Zone {
        let Some(setting) = setting else {
            return read("/etc/localtime").and_then(|content| Zone::parse(&content)).unwrap_or_else(Zone::utc);
        };
        let Ok(setting) = std::str::from_utf8(setting) else { return Zone::utc() };
        let name = setting.strip_prefix(':').unwrap_or(setting);
        if name.is_empty() {
            return Zone::utc();
        }
        let path = if name.starts_with('/') { name.to_owned() } else { format!("{ZONE_FOLDER}{name}") };
        let from_file = || read(&path).and_then(|content| Zone::parse(&content));
        let from_rule = || {
            let rule = Rule::parse(name.as_bytes())?;
            Some(Zone { changes: Vec::new(), periods: Vec::new(), rule: Some(rule) })
        };
        from_file().or_else(from_rule).unwrap_or_else(Zone::utc)
    }

    fn utc() -> Zone {
        let utc = Period { offset: 0, is_daylight: false, name: "UTC".to_owned() };
        Zone { changes: Vec::new(), periods: vec![utc], rule: None }
    }

    /// What holds at a moment, in seconds since 1970 (UTC).
    pub(crate) fn at(&self, seconds: i64) -> LocalTime {
        let later = self.changes.partition_point(|&(change, _)| change <= seconds);
        let period = match (&self.rule, later.checked_sub(1)) {
            (Some(rule), _) if later == self.changes.len() => Some(rule.at(seconds)),
            (_, Some(last)) => self.changes.get(last).and_then(|&(_, period)| self.periods.get(usize::from(period))),
            // Before the first change the first kind of standard time holds.
            (_, None) => self.periods.iter().find(|period| !period.is_daylight).or(self.periods.first()),
        };
        period.map_or_else(LocalTime::utc, |period| LocalTime {
            utc_offset: period.offset,
            is_daylight: period.is_daylight,
            zone_name: period.name.clone(),
        })
    }

    /// Reads a compiled file. Files of version 2 and later hold everything twice; the second time with 8-byte times.
    fn parse(content: &[u8]) -> Option<Zone> {
        let mut reader = Reader(content);
        let counts = reader.header()?;
        if counts.version == 0 {
            return reader.body(&counts, 4);
        }
        reader.take(counts.body_size(4)?)?;
        let counts = reader.header()?;
        let mut zone = reader.body(&counts, 8)?;
        let footer = reader.0.strip_prefix(b"\n")?;
        let footer = footer.split(|&byte| byte == b'\n').next()?;
        zone.rule = Rule::parse(footer);
        Some(zone)
    }
}

/// The header of a compiled file.
struct Counts {
    version: u8,
    universal_indicators: usize,
    standard_indicators: usize,
    leap_seconds: usize,
    changes: usize,
    periods: usize,
    name_bytes: usize,
}

impl Counts {
    fn body_size(&self, time_size: usize) -> Option<usize> {
        let changes = self.changes.checked_mul(time_size + 1)?;
        let periods = self.periods.checked_mul(6)?;
        let leap_seconds = self.leap_seconds.checked_mul(time_size + 4)?;
        let parts =
            [changes, periods, self.name_bytes, leap_seconds, self.standard_indicators, self.universal_indicators];
        parts.into_iter().try_fold(0, usize::checked_add)
    }
}

/// What is left to read of a compiled file.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn header(&mut self) -> Option<Counts> {
        let header = self.take(44)?;
        if !header.starts_with(b"TZif") {
            return None;
        }
        let count = |number: usize| big_endian(&header[20 + 4 * number..24 + 4 * number]) as u32 as usize;
        Some(Counts {
            version: header[4],
            universal_indicators: count(0),
            standard_indicators: count(1),
            leap_seconds: count(2),
            changes: count(3),
            periods: count(4),
            name_bytes: count(5),
        })
    }

    fn body(&mut self, counts: &Counts, time_size: usize) -> Option<Zone> {
        let mut body = Reader(self.take(counts.body_size(time_size)?)?);
        let times = body.take(counts.changes * time_size)?;
        let numbers = body.take(counts.changes)?;
        let periods = body.take(counts.periods * 6)?;
        let names = body.take(counts.name_bytes)?;
        let name_at = |at: u8| {
            let name = names.get(usize::from(at)..)?.split(|&byte| byte == 0).next()?;
            Some(String::from_utf8_lossy(name).into_owned())
        };
        let periods = periods.chunks_exact(6).map(|period| {
            Some(Period { offset: big_endian(&period[..4]), is_daylight: period[4] != 0, name: name_at(period[5])? })
        });
        Some(Zone {
            changes: times.chunks_exact(time_size).map(big_endian).zip(numbers.iter().copied()).collect(),
            periods: periods.collect::<Option<Vec<_>>>()?,
            rule: None,
        })
    }
}

/// A signed number of up to 8 bytes, the highest first.
fn big_endian(bytes: &[u8]) -> i64 {
    let is_negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    bytes.iter().fold(if is_negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}

/// A rule that holds in every year.
#[derive(Debug)]
struct Rule {
    standard: Period,
    daylight: Option<Daylight>,
}

#[derive(Debug)]
struct Daylight {
    period: Period,
    start: YearlyMoment,
    end: YearlyMoment,
}

/// A day of the year and a time on it, in seconds of local time.
#[derive(Debug)]
struct YearlyMoment {
    day: YearlyDay,
    seconds: i64,
}

#[derive(Debug)]
enum YearlyDay {
    /// From 1 to 365; the leap day is not counted.
    WithoutLeapDay(i64),
    /// From 0 to 365.
    WithLeapDay(i64),
    /// A weekday (0 is Sunday) in a week (5 is the last) of a month.
    Weekday { month: i64, week: i64, weekday: i64 },
}

impl Rule {
    fn at(&self, seconds: i64) -> &Period {
        // Some billions of years are enough, and leave room to calculate.
        let seconds = seconds.clamp(-(1 << 57), 1 << 57);
        let Some(daylight) = &self.daylight else { return &self.standard };
        let year = year_at(seconds + self.standard.offset);
        let start = daylight.start.in_year(year) - self.standard.offset;
        let end = daylight.end.in_year(year) - daylight.period.offset;
        // In the south the year begins and ends in daylight saving time.
        let is_daylight =
            if start < end { start <= seconds && seconds < end } else { seconds < end || start <= seconds };
        if is_daylight { &daylight.period } else { &self.standard }
    }

    /// Reads `std offset [dst [offset] [,start[/time],end[/time]]]`.
    fn parse(text: &[u8]) -> Option<Rule> {
        let mut text = Text(text);
        let name = text.name()?;
        // POSIX counts to the west, everyone else to the east.
        let offset = -text.time()?;
        let standard = Period { offset, is_daylight: false, name };
        if text.0.is_empty() {
            return Some(Rule { standard, daylight: None });
        }
        let name = text.name()?;
        let offset = if text.0.is_empty() || text.0.starts_with(b",") { offset + 3600 } else { -text.time()? };
        let period = Period { offset, is_daylight: true, name };
        let (start, end) = if text.0.is_empty() {
            // Where no dates are given, those of the United States are meant.
            let weekday =
                |month, week| YearlyMoment { day: YearlyDay::Weekday { month, week, weekday: 0 }, seconds: 7200 };
            (weekday(3, 2), weekday(11, 1))
        } else {
            (text.moment()?, text.moment()?)
        };
        text.0.is_empty().then_some(Rule { standard, daylight: Some(Daylight { period, start, end }) })
    }
}

impl YearlyMoment {
    /// The moment in seconds since 1970, as local time.
    fn in_year(&self, year: i64) -> i64 {
        let first = days_before_year(year);
        let is_leap = days_before_year(year + 1) - first == 366;
        let day = match self.day {
            YearlyDay::WithLeapDay(day) => day,
            // The 60th day of the year without leap day is the first of March.
            YearlyDay::WithoutLeapDay(day) => day - 1 + i64::from(is_leap && day >= 60),
            YearlyDay::Weekday { month, week, weekday } => {
                const DAYS_BEFORE_MONTH: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
                let before = |month: i64| {
                    let days = DAYS_BEFORE_MONTH.get(month as usize).copied().unwrap_or(365);
                    days + i64::from(is_leap && month >= 2)
                };
                let month_start = before(month - 1);
                // The first of January 1970 was a Thursday.
                let weekday_of_first = (first + month_start + 4).rem_euclid(7);
                let mut day = month_start + (weekday - weekday_of_first).rem_euclid(7) + (week - 1) * 7;
                while day >= before(month) {
                    day -= 7;
                }
                day
            }
        };
        (first + day) * SECONDS_PER_DAY + self.seconds
    }
}

/// Days from 1970 to the first of January of a year of the Gregorian calendar.
fn days_before_year(year: i64) -> i64 {
    let before = year - 1;
    year * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 719_527
}

/// The year of a moment in seconds since 1970.
fn year_at(seconds: i64) -> i64 {
    let days = seconds.div_euclid(SECONDS_PER_DAY);
    // The mean year has 146,097 / 400 days, so this is at most one off.
    let guess = days * 400 / 146_097 + 1970;
    if days < days_before_year(guess) {
        guess - 1
    } else if days >= days_before_year(guess + 1) {
        guess + 1
    } else {
        guess
    }
}

/// What is left to read of a rule.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    fn skip(&mut self, byte: u8) -> bool {
        let rest = self.0.strip_prefix(&[byte]);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Letters, or anything in angle brackets.
    fn name(&mut self) -> Option<String> {
        let (name, rest) = if let Some(quoted) = self.0.strip_prefix(b"<") {
            let end = quoted.iter().position(|&byte| byte == b'>')?;
            (&quoted[..end], &quoted[end + 1..])
        } else {
            let end = self.0.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(self.0.len());
            self.0.split_at(end)
        };
        self.0 = rest;
        (name.len() >= 3).then(|| String::from_utf8_lossy(name).into_owned())
    }

    fn number(&mut self) -> Option<i64> {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        // At most three digits make sense anywhere.
        if !(1..=3).contains(&digits.len()) {
            return None;
        }
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self) -> Option<i64> {
        let sign = if self.skip(b'-') {
            -1
        } else {
            self.skip(b'+');
            1
        };
        let mut seconds = self.number()? * 3600;
        if self.skip(b':') {
            seconds += self.number()? * 60;
            if self.skip(b':') {
                seconds += self.number()?;
            }
        }
        Some(sign * seconds)
    }

    /// `,date[/time]`
    fn moment(&mut self) -> Option<YearlyMoment> {
        self.skip(b',').then_some(())?;
        let day = if self.skip(b'M') {
            let month = self.number()?;
            self.skip(b'.').then_some(())?;
            let week = self.number()?;
            self.skip(b'.').then_some(())?;
            let weekday = self.number()?;
            let is_valid = (1..=12).contains(&month) && (1..=5).contains(&week) && (0..=6).contains(&weekday);
            is_valid.then_some(YearlyDay::Weekday { month, week, weekday })?
        } else if self.skip(b'J') {
            YearlyDay::WithoutLeapDay(self.number()?)
        } else {
            YearlyDay::WithLeapDay(self.number()?)
        };
        let seconds = if self.skip(b'/') { self.time()? } else { 7200 };
        Some(YearlyMoment { day, seconds })
    }
}
