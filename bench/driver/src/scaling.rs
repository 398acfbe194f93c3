//! How cost grows with size, over three decades, beside PUC-Rio Lua.
//!
//! Each script in `bench/scaling` gets a size and the number of times to do its work, chosen so that it always handles
//! the same number of elements in total. A linear operation then takes the same time at each size, and the growth of
//! the time is that of the cost of one element. The time for doing the work zero times, which is that of starting and
//! preparing, is subtracted.

use crate::Result;
use crate::implementations::{self, Built};
use crate::measure::{self, Taken};
use crate::measurements::Statistic;
use crate::options::Options;
use crate::programs::{self, Program};
use std::fmt::Write;
use std::time::Duration;

/// The number of elements of a script that does not say `Largest:`.
const LARGEST: u64 = 1_000_000;
/// The sizes are the largest over these.
const PARTS: [u64; 4] = [1000, 100, 10, 1];
/// A script works long enough for PUC-Rio to take at least this for the smallest size, and for its preparation not to
/// dominate.
const ENOUGH: Duration = Duration::from_millis(60);
const TIMES: std::ops::RangeInclusive<u64> = 3..=50;
/// Growth over all decades that is this many times PUC-Rio's is pointed out.
const MUCH: f64 = 1.5;

/// What one implementation takes for a script.
struct Growth {
    /// Nanoseconds for each element, at each size.
    nanoseconds: [f64; PARTS.len()],
    /// The peak of memory at the largest size, in MiB.
    peak_mib: f64,
}

impl Growth {
    /// From the first to the last size.
    fn over_all(&self) -> f64 {
        self.nanoseconds[PARTS.len() - 1] / self.nanoseconds[0]
    }

    fn show(&self) -> String {
        let mut text = String::new();
        for nanoseconds in self.nanoseconds {
            let _ = write!(text, " {nanoseconds:.1} |");
        }
        let _ = write!(text, " {:.2} | {:.0} |", self.over_all(), self.peak_mib);
        text
    }
}

/// `scaling`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let built = implementations::build(&["fife".to_owned()])?;
    let [base, fife] = &built[..] else { return Err("Fife is not built".into()) };
    let statistic = Statistic { is_least: true, is_user_alone: options.is_user_alone };
    let mut text = format!(
        "Nanoseconds for each element at four sizes, by {}, and how many times as much at the last as at the first; the peak of memory at \
         the last in MiB. `grows` is Fife's growth over PUC-Rio's.\n\n",
        statistic.describe()
    );
    let sizes = "n/1000 | n/100 | n/10 | n | × | MiB";
    let _ = writeln!(text, "| script | n | puc54 {sizes} | fife {sizes} | grows |\n|---|--:|{}--:|", "--:|".repeat(12));
    let (mut much, mut failed) = (Vec::new(), Vec::new());
    std::fs::create_dir_all(&options.out)?;
    for script in programs::all("scaling")?.iter().filter(|script| options.wants(&script.name)) {
        eprint!("\r{:30}", script.name);
        let n = largest(script)?;
        match compare(base, fife, script, n, options, statistic) {
            Ok((a, b)) => {
                let grows = b.over_all() / a.over_all();
                let _ = writeln!(text, "| {} | {n} |{}{} {grows:.2} |", script.name, a.show(), b.show());
                if grows > MUCH {
                    much.push(format!("{} {grows:.2}", script.name));
                }
            }
            Err(error) => failed.push(error.to_string()),
        }
        // What was measured is there however this ends.
        std::fs::write(options.out.join("scaling.md"), &text)?;
    }
    eprintln!();
    let _ = writeln!(
        text,
        "\nGrows {MUCH} times as much as PUC-Rio's, or more: {}.",
        if much.is_empty() { "nothing".into() } else { much.join(", ") }
    );
    println!("{text}");
    std::fs::write(options.out.join("scaling.md"), text)?;
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}

/// Both implementations for one script.
fn compare(
    base: &Built,
    fife: &Built,
    script: &Program,
    n: u64,
    options: &Options,
    statistic: Statistic,
) -> Result<(Growth, Growth)> {
    let times = times(base, script, n)?;
    Ok((grow(base, script, n, times, options, statistic)?, grow(fife, script, n, times, options, statistic)?))
}

/// `Largest:` in the script's first comment.
fn largest(script: &Program) -> Result<u64> {
    match script.about.split_once("Largest: ") {
        Some((_, rest)) => Ok(rest.trim_end_matches('.').trim().parse()?),
        None => Ok(LARGEST),
    }
}

/// How many times the elements of the largest size are handled.
fn times(base: &Built, script: &Program, n: u64) -> Result<u64> {
    let part = PARTS[0];
    let took = once(base, script, n / part, part)?.user.max(Duration::from_millis(1));
    Ok((ENOUGH.as_micros() / took.as_micros()) as u64 + 1).map(|times| times.clamp(*TIMES.start(), *TIMES.end()))
}

fn once(of: &Built, script: &Program, size: u64, rounds: u64) -> Result<Taken> {
    let run = measure::run(of, &script.path, &[size.to_string(), rounds.to_string()]);
    Ok(run.map_err(|error| format!("{}, {} of {size}: {error}", of.name, script.name))?.taken)
}

fn grow(of: &Built, script: &Program, n: u64, times: u64, options: &Options, statistic: Statistic) -> Result<Growth> {
    let mut growth = Growth { nanoseconds: [f64::NAN; PARTS.len()], peak_mib: 0.0 };
    for (number, part) in PARTS.into_iter().enumerate() {
        let (mut work, mut start) = (Vec::new(), Vec::new());
        for _ in 0..options.runs {
            work.push(once(of, script, n / part, part * times)?);
            start.push(once(of, script, n / part, 0)?);
        }
        if part == 1 {
            growth.peak_mib = work.iter().map(|taken| taken.peak_kib).max().unwrap_or(0) as f64 / 1024.0;
        }
        let seconds = statistic.of_runs(&work).unwrap_or(0.0) - statistic.of_runs(&start).unwrap_or(0.0);
        // What is lost in the noise of starting counts as a tenth of a nanosecond.
        growth.nanoseconds[number] = (seconds * 1e9 / (n * times) as f64).max(0.1);
    }
    Ok(growth)
}
