//! Runs every program with every implementation, in turns, and compares what they print.

use crate::implementations::{self, BASE};
use crate::measurements::{Measurements, Statistic};
use crate::options::Options;
use crate::{Result, measure, programs, report};
use std::collections::BTreeMap;

/// `run`: builds, runs, and shows.
pub(crate) fn run(options: &Options) -> Result<()> {
    let built = implementations::build(&options.implementations)?;
    let programs: Vec<_> =
        programs::all("programs")?.into_iter().filter(|program| options.wants(&program.name)).collect();
    let mut measurements = Measurements::new(&built);
    // What the base prints is what all must print.
    let mut expected: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for round in 1..=options.runs {
        for (number, program) in programs.iter().enumerate() {
            eprint!("\rround {round} of {}: {} of {}: {:30}", options.runs, number + 1, programs.len(), program.name);
            for implementation in &built {
                if measurements.has_failed(&program.name, implementation.name) {
                    continue;
                }
                match measure::run(implementation, &program.path, &[]) {
                    Ok(run) => {
                        if implementation.name == BASE {
                            expected.entry(program.name.clone()).or_insert_with(|| run.output.clone());
                        }
                        if expected.get(&program.name) == Some(&run.output) {
                            measurements.add(&program.name, implementation.name, run.taken);
                        } else {
                            let line =
                                String::from_utf8_lossy(&run.output).lines().next().unwrap_or("nothing").to_owned();
                            measurements.fail(&program.name, implementation.name, format!("prints otherwise: {line}"));
                        }
                    }
                    Err(error) => measurements.fail(&program.name, implementation.name, error.to_string()),
                }
            }
        }
    }
    eprintln!();
    std::fs::create_dir_all(&options.out)?;
    measurements.write(&options.out.join("measurements.tsv"))?;
    report::write(&measurements, Statistic::of(options), &options.out)?;
    // An implementation that does not know all of Lua 5.4 fails honestly; Fife is to run everything.
    match measurements
        .failures
        .keys()
        .find(|(_, implementation)| implementation.starts_with("fife") || implementation == BASE)
    {
        Some((program, implementation)) => Err(format!("{implementation} does not run {program}").into()),
        None => Ok(()),
    }
}

/// `report`: shows an earlier run.
pub(crate) fn report(options: &Options) -> Result<()> {
    let [from] = &options.from[..] else { return Err("report needs one --from FILE".into()) };
    std::fs::create_dir_all(&options.out)?;
    report::write(&Measurements::read(from)?, Statistic::of(options), &options.out)
}

/// `agree`: how far apart the means of two runs are; an error if it is more than 2%.
pub(crate) fn agree(options: &Options) -> Result<()> {
    const MOST: f64 = 0.02;
    let [a, b] = &options.from[..] else { return Err("agree needs --from FILE twice".into()) };
    let (a, b) = (Measurements::read(a)?, Measurements::read(b)?);
    let statistic = Statistic::of(options);
    let mut is_apart = false;
    println!("| {} | first | second | apart |\n|---|--:|--:|--:|", statistic.describe());
    for column in a.columns.iter().filter(|column| column.name != BASE) {
        // Over what both ran.
        let in_b = b.programs();
        let programs: Vec<&str> = a.programs().into_iter().filter(|program| in_b.contains(program)).collect();
        let (x, count) = a.mean(&programs, &column.name, statistic);
        let (y, _) = b.mean(&programs, &column.name, statistic);
        let apart = (x / y - 1.0).abs();
        is_apart |= apart > MOST && !x.is_nan();
        println!("| {} ({count}) | {x:.3} | {y:.3} | {:.1}% |", column.name, apart * 100.0);
    }
    if is_apart { Err("the means of the two runs are more than 2% apart".into()) } else { Ok(()) }
}
