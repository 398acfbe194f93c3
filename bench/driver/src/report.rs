//! Tables of what was measured, in Markdown.

use crate::implementations::BASE;
use crate::measurements::{Column, Measurements, Statistic, geometric_mean};
use crate::{Result, chart};
use std::fmt::Write;
use std::path::Path;

/// Programs whose memory is compared have at least this much with the base: less is the size of the command itself.
const LEAST_MIB: f64 = 8.0;
/// How many of the programs are listed on which Fife does worst.
const WORST: usize = 10;

/// Writes `report.md`, `speed.svg`, `programs.svg` and `memory.svg` into a folder, and prints the first.
pub(crate) fn write(measurements: &Measurements, statistic: Statistic, out: &Path) -> Result<()> {
    let text = markdown(measurements, statistic);
    println!("{text}");
    std::fs::write(out.join("report.md"), &text)?;
    std::fs::write(out.join("speed.svg"), chart::speed(measurements, statistic))?;
    std::fs::write(out.join("programs.svg"), chart::programs(measurements, statistic))?;
    std::fs::write(out.join("memory.svg"), chart::memory(measurements, &memory_programs(measurements)))?;
    println!("written to {}", out.display());
    Ok(())
}

fn memory_programs(measurements: &Measurements) -> Vec<&str> {
    let is_large = |program: &&str| measurements.peak_mib(program, BASE).is_some_and(|peak| peak >= LEAST_MIB);
    measurements.programs().into_iter().filter(is_large).collect()
}

fn markdown(measurements: &Measurements, statistic: Statistic) -> String {
    let mut text = String::new();
    let others: Vec<&Column> = measurements.columns.iter().filter(|column| column.name != BASE).collect();
    speeds(&mut text, measurements, &others, statistic).expect("strings take all");
    worst(&mut text, measurements, statistic).expect("strings take all");
    memory(&mut text, measurements, &others).expect("strings take all");
    spreads(&mut text, measurements, statistic).expect("strings take all");
    failures(&mut text, measurements).expect("strings take all");
    text
}

fn head(text: &mut String, first: &str, columns: &[&Column]) -> std::fmt::Result {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    writeln!(text, "| {first} | {} |\n|---|--:|{}", names.join(" | "), "--:|".repeat(columns.len()))
}

fn speeds(
    text: &mut String,
    measurements: &Measurements,
    others: &[&Column],
    statistic: Statistic,
) -> std::fmt::Result {
    writeln!(text, "## Speed\n")?;
    for Column { name, title, version } in &measurements.columns {
        writeln!(text, "- `{name}`: {title} ({version})")?;
    }
    writeln!(text, "\nHow many times as fast as {BASE}, by {}; above 1 is faster.\n", statistic.describe())?;
    head(text, &format!("program | {BASE} ms"), others)?;
    for program in measurements.programs() {
        let base = measurements.seconds(program, BASE, statistic).map_or(0.0, |seconds| seconds * 1000.0);
        write!(text, "| {program} | {base:.0} |")?;
        for column in others {
            match measurements.ratio(program, &column.name, statistic) {
                Some(ratio) => write!(text, " {ratio:.2} |")?,
                None => write!(text, " – |")?,
            }
        }
        writeln!(text)?;
    }
    let (programs, common) = (measurements.programs(), measurements.common());
    for (title, over) in
        [("geometric mean over what each runs", &programs), ("geometric mean over what all run", &common)]
    {
        write!(text, "| **{title}** | |")?;
        for column in others {
            match measurements.mean(over, &column.name, statistic) {
                (_, 0) => write!(text, " – |")?,
                (mean, count) => write!(text, " **{mean:.3}** ({count}) |")?,
            }
        }
        writeln!(text)?;
    }
    writeln!(text)
}

fn worst(text: &mut String, measurements: &Measurements, statistic: Statistic) -> std::fmt::Result {
    let programs = measurements.programs();
    let ratio = |program: &&str| Some((measurements.ratio(program, "fife", statistic)?, program.to_string()));
    let mut ratios: Vec<(f64, String)> = programs.iter().filter_map(ratio).collect();
    if ratios.is_empty() {
        return Ok(());
    }
    ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
    let slower = ratios.iter().filter(|(ratio, _)| *ratio < 1.0).count();
    let median = ratios[ratios.len() / 2].0;
    writeln!(
        text,
        "Fife is slower than {BASE} on {slower} of {}; the median is {median:.2}. The worst:\n",
        ratios.len()
    )?;
    for (ratio, program) in ratios.iter().take(WORST) {
        writeln!(text, "- {program} {ratio:.2}")?;
    }
    writeln!(text)
}

fn memory(text: &mut String, measurements: &Measurements, others: &[&Column]) -> std::fmt::Result {
    writeln!(
        text,
        "## Memory\n\nThe peak of resident memory in MiB, of programs for which {BASE} needs at least {LEAST_MIB} MiB.\n"
    )?;
    head(text, &format!("program | {BASE}"), others)?;
    let programs = memory_programs(measurements);
    for program in &programs {
        write!(text, "| {program} | {:.1} |", measurements.peak_mib(program, BASE).unwrap_or(0.0))?;
        for column in others {
            match measurements.peak_mib(program, &column.name) {
                Some(peak) => write!(text, " {peak:.1} |")?,
                None => write!(text, " – |")?,
            }
        }
        writeln!(text)?;
    }
    write!(text, "| **geometric mean, as parts of {BASE}** | |")?;
    for column in others {
        let part = |program: &&str| {
            Some(measurements.peak_mib(program, &column.name)? / measurements.peak_mib(program, BASE)?)
        };
        match geometric_mean(programs.iter().filter_map(part)) {
            (_, 0) => write!(text, " – |")?,
            (mean, count) => write!(text, " **{mean:.2}** ({count}) |")?,
        }
    }
    writeln!(text, "\n")
}

fn spreads(text: &mut String, measurements: &Measurements, statistic: Statistic) -> std::fmt::Result {
    writeln!(text, "## Spread\n\nHow far the runs of a program are apart: (most − least) / median.\n")?;
    writeln!(text, "| implementation | median over programs | most |\n|---|--:|--:|")?;
    for column in &measurements.columns {
        let programs = measurements.programs();
        let spread =
            |program: &&str| Some((measurements.spread(program, &column.name, statistic)?, program.to_string()));
        let mut spreads: Vec<(f64, String)> = programs.iter().filter_map(spread).collect();
        spreads.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some((most, program)) = spreads.last() else { continue };
        let median = spreads[spreads.len() / 2].0;
        writeln!(text, "| {} | {:.1}% | {:.1}% ({program}) |", column.name, median * 100.0, most * 100.0)?;
    }
    writeln!(text)
}

fn failures(text: &mut String, measurements: &Measurements) -> std::fmt::Result {
    writeln!(text, "## What does not run\n")?;
    if measurements.failures.is_empty() {
        writeln!(text, "Everything runs.")?;
    }
    for ((program, implementation), reason) in &measurements.failures {
        writeln!(text, "- {implementation}, {program}: `{}`", reason.replace('`', "'"))?;
    }
    Ok(())
}
