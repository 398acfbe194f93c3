//! What runs took, kept in a file: lines of fields with tabs between them, the first of which says what the line is.

use crate::Result;
use crate::implementations::{BASE, Built};
use crate::measure::Taken;
use crate::options::Options;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// How several runs become one number.
#[derive(Clone, Copy)]
pub(crate) struct Statistic {
    pub(crate) is_least: bool,
    pub(crate) is_user_alone: bool,
}

impl Statistic {
    pub(crate) fn of(options: &Options) -> Statistic {
        Statistic { is_least: options.is_least, is_user_alone: options.is_user_alone }
    }

    pub(crate) fn describe(self) -> &'static str {
        match (self.is_least, self.is_user_alone) {
            (false, false) => "median CPU time",
            (false, true) => "median user time",
            (true, false) => "least CPU time",
            (true, true) => "least user time",
        }
    }

    fn seconds(self, taken: &Taken) -> f64 {
        let system = if self.is_user_alone { Duration::ZERO } else { taken.system };
        (taken.user + system).as_secs_f64()
    }

    /// The seconds of some runs of one program, unless there are none.
    pub(crate) fn of_runs(self, runs: &[Taken]) -> Option<f64> {
        self.pick(runs.iter().map(|taken| self.seconds(taken)).collect())
    }

    fn pick(self, mut numbers: Vec<f64>) -> Option<f64> {
        numbers.sort_by(f64::total_cmp);
        let middle = if self.is_least { 0 } else { (numbers.len().max(1) - 1) / 2 };
        let upper = if self.is_least { 0 } else { numbers.len() / 2 };
        Some((numbers.get(middle)? + numbers.get(upper)?) / 2.0)
    }
}

/// An implementation as tables name it.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) version: String,
}

/// All that a run of everything measured.
#[derive(Default)]
pub(crate) struct Measurements {
    /// The base first.
    pub(crate) columns: Vec<Column>,
    /// By program and implementation.
    runs: BTreeMap<(String, String), Vec<Taken>>,
    pub(crate) failures: BTreeMap<(String, String), String>,
}

impl Measurements {
    pub(crate) fn new(built: &[Built]) -> Measurements {
        let column = |of: &Built| Column { name: of.name.into(), title: of.title.into(), version: of.version.clone() };
        Measurements { columns: built.iter().map(column).collect(), ..Measurements::default() }
    }

    pub(crate) fn add(&mut self, program: &str, implementation: &str, taken: Taken) {
        self.runs.entry((program.into(), implementation.into())).or_default().push(taken);
    }

    pub(crate) fn fail(&mut self, program: &str, implementation: &str, reason: String) {
        self.failures.insert((program.into(), implementation.into()), reason.replace(['\t', '\n'], " "));
    }

    pub(crate) fn has_failed(&self, program: &str, implementation: &str) -> bool {
        self.failures.contains_key(&(program.to_owned(), implementation.to_owned()))
    }

    // ---- Numbers ----

    /// The programs that the base ran, by name.
    pub(crate) fn programs(&self) -> Vec<&str> {
        let base = self.runs.keys().filter(|(_, implementation)| implementation == BASE);
        base.map(|(program, _)| program.as_str()).filter(|program| !self.has_failed(program, BASE)).collect()
    }

    fn runs(&self, program: &str, implementation: &str) -> &[Taken] {
        if self.has_failed(program, implementation) {
            return &[];
        }
        self.runs.get(&(program.to_owned(), implementation.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The seconds that a program takes, if it runs well.
    pub(crate) fn seconds(&self, program: &str, implementation: &str, statistic: Statistic) -> Option<f64> {
        statistic.of_runs(self.runs(program, implementation))
    }

    /// How many times as fast as the base.
    pub(crate) fn ratio(&self, program: &str, implementation: &str, statistic: Statistic) -> Option<f64> {
        Some(self.seconds(program, BASE, statistic)? / self.seconds(program, implementation, statistic)?)
    }

    /// The most memory that a program had, in MiB: the median over its runs.
    pub(crate) fn peak_mib(&self, program: &str, implementation: &str) -> Option<f64> {
        let median = Statistic { is_least: false, is_user_alone: false };
        let peaks = self.runs(program, implementation).iter().map(|taken| taken.peak_kib as f64 / 1024.0);
        median.pick(peaks.collect())
    }

    /// How far the runs of a program are apart, as a part of their median.
    pub(crate) fn spread(&self, program: &str, implementation: &str, statistic: Statistic) -> Option<f64> {
        let times: Vec<f64> = self.runs(program, implementation).iter().map(|taken| statistic.seconds(taken)).collect();
        let least = times.iter().copied().min_by(f64::total_cmp)?;
        let most = times.iter().copied().max_by(f64::total_cmp)?;
        let median = Statistic { is_least: false, ..statistic }.pick(times)?;
        Some((most - least) / median)
    }

    /// The geometric mean of an implementation's ratios over some programs, and how many it ran of them.
    pub(crate) fn mean(&self, programs: &[&str], implementation: &str, statistic: Statistic) -> (f64, usize) {
        geometric_mean(programs.iter().filter_map(|program| self.ratio(program, implementation, statistic)))
    }

    /// The programs that all implementations ran.
    pub(crate) fn common(&self) -> Vec<&str> {
        let runs_all = |program: &&str| self.columns.iter().all(|column| !self.runs(program, &column.name).is_empty());
        self.programs().into_iter().filter(runs_all).collect()
    }

    // ---- The file ----

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let mut text = String::new();
        for Column { name, title, version } in &self.columns {
            writeln!(text, "implementation\t{name}\t{title}\t{version}")?;
        }
        for ((program, implementation), runs) in &self.runs {
            for Taken { user, system, peak_kib } in runs {
                let (user, system) = (user.as_micros(), system.as_micros());
                writeln!(text, "run\t{program}\t{implementation}\t{user}\t{system}\t{peak_kib}")?;
            }
        }
        for ((program, implementation), reason) in &self.failures {
            writeln!(text, "failed\t{program}\t{implementation}\t{reason}")?;
        }
        Ok(std::fs::write(path, text)?)
    }

    pub(crate) fn read(path: &Path) -> Result<Measurements> {
        let mut measurements = Measurements::default();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        for line in text.lines() {
            match line.split('\t').collect::<Vec<&str>>()[..] {
                ["implementation", name, title, version] => {
                    measurements.columns.push(Column {
                        name: name.into(),
                        title: title.into(),
                        version: version.into(),
                    });
                }
                ["run", program, implementation, user, system, peak_kib] => {
                    let (user, system) = (Duration::from_micros(user.parse()?), Duration::from_micros(system.parse()?));
                    measurements.add(program, implementation, Taken { user, system, peak_kib: peak_kib.parse()? });
                }
                ["failed", program, implementation, reason] => {
                    measurements.fail(program, implementation, reason.into())
                }
                _ => return Err(format!("{}: not a line of measurements: {line}", path.display()).into()),
            }
        }
        Ok(measurements)
    }
}

/// The geometric mean of some numbers, and how many they are.
pub(crate) fn geometric_mean(numbers: impl Iterator<Item = f64>) -> (f64, usize) {
    let (sum, count) = numbers.fold((0.0, 0), |(sum, count), number| (sum + number.ln(), count + 1));
    if count == 0 { (f64::NAN, 0) } else { ((sum / count as f64).exp(), count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(user: u64, system: u64) -> Taken {
        Taken { user: Duration::from_millis(user), system: Duration::from_millis(system), peak_kib: user * 1024 }
    }

    #[test]
    fn statistics_pick_the_middle_or_the_least() {
        let runs = [taken(30, 5), taken(10, 1), taken(20, 9)];
        let of = |is_least, is_user_alone| Statistic { is_least, is_user_alone }.of_runs(&runs).unwrap();
        assert_eq!([of(false, false), of(false, true), of(true, false), of(true, true)], [0.029, 0.020, 0.011, 0.010]);
        assert_eq!(Statistic { is_least: false, is_user_alone: true }.of_runs(&runs[..2]), Some(0.020));
        assert_eq!(Statistic { is_least: true, is_user_alone: true }.of_runs(&[]), None);
    }

    #[test]
    fn what_is_written_is_read() {
        let column = |name: &str| Column { name: name.into(), title: name.into(), version: "1".into() };
        let mut measurements = Measurements { columns: vec![column(BASE), column("fife")], ..Measurements::default() };
        for (program, base, fife) in [("a", 10, 5), ("b", 10, 20), ("c", 10, 1)] {
            measurements.add(program, BASE, taken(base, 0));
            measurements.add(program, "fife", taken(fife, 0));
        }
        measurements.fail("c", "fife", "a reason\twith a tab".into());
        let path = std::env::temp_dir().join(format!("fife-bench-{}.tsv", std::process::id()));
        measurements.write(&path).unwrap();
        let read = Measurements::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let statistic = Statistic { is_least: false, is_user_alone: false };
        assert_eq!(read.programs(), ["a", "b", "c"]);
        assert_eq!(read.common(), ["a", "b"]);
        assert_eq!(read.ratio("a", "fife", statistic), Some(2.0));
        assert_eq!(read.ratio("c", "fife", statistic), None);
        assert_eq!(read.mean(&read.programs(), "fife", statistic), (1.0, 2));
        assert_eq!(read.peak_mib("b", "fife"), Some(20.0));
    }
}
