//! Counts the instructions of programs under callgrind and compares them with budgets. The counts are repeatable
//! whatever else the machine does.
//!
//! A count depends on what the compiler makes of Fife, so the budgets are for one version of rustc; with another one
//! there is nothing to compare. Hashes have a known seed, and the environment is otherwise empty. So a program takes
//! the same instructions each time, except for some hundreds that depend on where the system puts its memory.

use crate::Result;
use crate::implementations::{Built, COUNTED, first_line};
use crate::measurements::geometric_mean;
use crate::options::{Options, bench_folder};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More than this beyond the budget is a regression.
const MOST: f64 = 1.03;
/// Less than this part of the budget: the budget is to be stored anew.
const LEAST: f64 = 0.97;

/// The line of a program in `instructions.tsv`.
#[derive(Clone)]
struct Budget {
    program: String,
    /// The argument with which it is counted.
    size: String,
    /// Whether CI counts it too.
    is_in_subset: bool,
    instructions: u64,
}

/// `instructions`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let path = bench_folder().join("instructions.tsv");
    let (version, mut budgets) = read(&path)?;
    let rustc = first_line("rustc", "--version").ok_or("rustc does not run")?;
    if first_line("valgrind", "--version").is_none() {
        println!("INSTRUCTIONS SKIPPED: valgrind is not there");
        return Ok(());
    }
    if version != rustc && !options.is_update {
        println!("INSTRUCTIONS SKIPPED: the budgets are for {version}, and this is {rustc}");
        return Ok(());
    }
    for (program, size) in &options.sizes {
        match budgets.iter_mut().find(|budget| budget.program == *program) {
            Some(budget) => budget.size.clone_from(size),
            None => budgets.push(Budget {
                program: program.clone(),
                size: size.clone(),
                is_in_subset: false,
                instructions: 0,
            }),
        }
    }
    let built = COUNTED.build()?;
    let wanted: Vec<usize> = (0..budgets.len())
        .filter(|number| {
            options.wants(&budgets[*number].program) && (budgets[*number].is_in_subset || !options.is_subset)
        })
        .collect();
    let counts = count_all(&built, &wanted.iter().map(|number| &budgets[*number]).collect::<Vec<_>>());
    let mut failed = Vec::new();
    let mut ratios = Vec::new();
    println!("| program | size | budget | counted | ratio |\n|---|--:|--:|--:|--:|");
    for (number, count) in wanted.into_iter().zip(counts) {
        let budget = &mut budgets[number];
        let Budget { program, size, is_in_subset: _, instructions } = budget.clone();
        let count = count.map_err(|error| format!("{program}: {error}"))?;
        let ratio = count as f64 / instructions.max(1) as f64;
        let verdict = match ratio {
            _ if options.is_update => "",
            ratio if ratio > MOST => " FAILED",
            ratio if ratio < LEAST => " better",
            _ => "",
        };
        println!("| {program} | {size} | {instructions} | {count} | {ratio:.4}{verdict} |");
        if verdict == " FAILED" {
            failed.push(format!("{program} ({:+.1}%)", (ratio - 1.0) * 100.0));
        }
        ratios.push(ratio);
        budget.instructions = count;
    }
    let (mean, programs) = geometric_mean(ratios.into_iter());
    println!("\n{programs} programs; the geometric mean of counts is {mean:.4} of the budgets'");
    if options.is_update {
        return write(&path, &rustc, &mut budgets);
    }
    if failed.is_empty() {
        return Ok(());
    }
    let most = (MOST - 1.0) * 100.0;
    Err(format!(
        "more than {most:.0}% beyond the budget: {}. `fife-bench instructions --update` stores new budgets.",
        failed.join(", ")
    )
    .into())
}

/// Counts programs, as many at a time as there are processors.
fn count_all(built: &Built, budgets: &[&Budget]) -> Vec<Result<u64, String>> {
    let next = AtomicUsize::new(0);
    let counts = Mutex::new(vec![Err("not counted".to_owned()); budgets.len()]);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(budget) = budgets.get(number) else { break };
                    let count = count(built, budget).map_err(|error| error.to_string());
                    counts.lock().expect("nothing panics with it")[number] = count;
                }
            });
        }
    });
    counts.into_inner().expect("nothing panics with it")
}

/// Counts one program.
fn count(built: &Built, budget: &Budget) -> Result<u64> {
    let program = format!("{}.lua", budget.program);
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(&built.program)
        .args([&program, &budget.size]);
    valgrind
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(built.environment.iter().copied());
    let output = valgrind.current_dir(bench_folder().join("programs")).stdin(Stdio::null()).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let line = errors.lines().find(|line| !line.starts_with("==")).unwrap_or("no message");
        return Err(format!("it fails: {line}").into());
    }
    let collected = errors.lines().find_map(|line| line.split_once("Collected :")).ok_or("callgrind says no count")?;
    Ok(collected.1.trim().parse()?)
}

// ---- The file ----

fn read(path: &Path) -> Result<(String, Vec<Budget>)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    let version = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap_or("no rustc").to_owned();
    let mut budgets = Vec::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let [program, size, place, instructions] = line.split('\t').collect::<Vec<&str>>()[..] else {
            return Err(format!("not a line of budgets: {line}").into());
        };
        budgets.push(Budget {
            program: program.into(),
            size: size.into(),
            is_in_subset: place == "ci",
            instructions: instructions.parse()?,
        });
    }
    Ok((version, budgets))
}

fn write(path: &Path, version: &str, budgets: &mut [Budget]) -> Result<()> {
    budgets.sort_by(|a, b| a.program.cmp(&b.program));
    let mut text = format!("# {version}\n# program, argument, whether CI counts it, instructions\n");
    for Budget { program, size, is_in_subset, instructions } in budgets {
        text += &format!("{program}\t{size}\t{}\t{instructions}\n", if *is_in_subset { "ci" } else { "long" });
    }
    Ok(std::fs::write(path, text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_budget() {
        let (version, budgets) = read(&bench_folder().join("instructions.tsv")).unwrap();
        assert!(version.starts_with("rustc "));
        let budgeted: Vec<&str> = budgets.iter().map(|budget| budget.program.as_str()).collect();
        let programs = crate::programs::all("programs").unwrap();
        assert_eq!(budgeted, programs.iter().map(|program| program.name.as_str()).collect::<Vec<_>>());
        assert!(
            budgets.iter().any(|budget| budget.is_in_subset) && budgets.iter().all(|budget| budget.instructions > 0)
        );
    }
}
