//! Charts as SVG, written by hand: legible on light and on dark pages, where the page's own background shows through.

use crate::implementations::BASE;
use crate::measurements::{Measurements, Statistic, geometric_mean};
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 60.0;
const ROW: f64 = 26.0;
const TOP: f64 = 52.0;

/// Colours with enough contrast on white and on black; text takes the page's.
const STYLE: &str = "text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 15px } \
.small { font-size: 11px; fill: #57606a } .axis { stroke: #8c959f; stroke-width: 1 } .grid { stroke: #8c959f; stroke-opacity: .3 } \
.other { fill: #8c959f } .fife { fill: #2f81f7 } .plain { fill: #7aa7e8 } \
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .small { fill: #9da7b3 } }";

/// Names, hues and shapes of the points in the chart of programs. Shapes differ, too, since not everyone can tell the
/// hues apart.
const POINTS: [(&str, &str, &str); 5] = [
    ("fife", "#2f81f7", "M-5,0 A5,5 0 1,0 5,0 A5,5 0 1,0 -5,0"),
    ("luajit", "#d4652f", "M0,-5 L5,4 L-5,4 Z"),
    ("luau", "#2da44e", "M-4,-4 L4,-4 L4,4 L-4,4 Z"),
    ("luars", "#a371f7", "M0,-5 L5,0 L0,5 L-5,0 Z"),
    ("luajit-jit", "#8c959f", "M-4,-4 L4,4 M-4,4 L4,-4"),
];

fn begin(height: f64, title: &str, note: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\n\
         <style>{STYLE}</style>\n\
         <text class=\"title\" x=\"8\" y=\"20\">{title}</text>\n<text class=\"small\" x=\"8\" y=\"38\">{note}</text>\n"
    )
}

/// Bars from zero, one for each name, with their numbers behind them.
fn bars(title: &str, note: &str, rows: &[(String, String, f64)]) -> String {
    let most = rows.iter().map(|(_, _, value)| *value).fold(1.0, f64::max);
    let scale = (WIDTH - LEFT - RIGHT) / most;
    let height = TOP + ROW * rows.len() as f64 + 12.0;
    let mut svg = begin(height, title, note);
    for (row, (name, class, value)) in rows.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        let (width, middle) = (value * scale, y + 15.0);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>\n\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"20\" rx=\"2\"/>\n\
             <text x=\"{:.1}\" y=\"{middle}\">{value:.2}</text>",
            LEFT - 8.0,
            LEFT + width + 6.0,
        );
    }
    let one = LEFT + scale;
    let _ = writeln!(
        svg,
        "<line class=\"axis\" x1=\"{one:.1}\" y1=\"{}\" x2=\"{one:.1}\" y2=\"{}\"/>",
        TOP - 4.0,
        height - 8.0
    );
    svg + "</svg>\n"
}

fn class(name: &str) -> &'static str {
    match name {
        "fife" => "fife",
        "fife-plain" => "plain",
        _ => "other",
    }
}

/// The means of all implementations over the programs that all run.
pub(crate) fn speed(measurements: &Measurements, statistic: Statistic) -> String {
    let programs = measurements.common();
    let mut rows: Vec<(String, String, f64)> = Vec::new();
    for column in &measurements.columns {
        let (mean, _) = measurements.mean(&programs, &column.name, statistic);
        rows.push((column.name.clone(), class(&column.name).into(), mean));
    }
    rows.sort_by(|a, b| b.2.total_cmp(&a.2));
    let note = format!("geometric mean over {} programs, {}; longer is faster", programs.len(), statistic.describe());
    bars("How many times as fast as PUC-Rio Lua 5.4", &note, &rows)
}

/// The means of memory.
pub(crate) fn memory(measurements: &Measurements, programs: &[&str]) -> String {
    let runs_all = |program: &&&str| {
        measurements.columns.iter().all(|column| measurements.peak_mib(program, &column.name).is_some())
    };
    let programs: Vec<&str> = programs.iter().filter(runs_all).copied().collect();
    let mut rows: Vec<(String, String, f64)> = Vec::new();
    for column in &measurements.columns {
        let part = |program: &&str| {
            Some(measurements.peak_mib(program, &column.name)? / measurements.peak_mib(program, BASE)?)
        };
        let (mean, count) = geometric_mean(programs.iter().filter_map(part));
        if count > 0 {
            rows.push((column.name.clone(), class(&column.name).into(), mean));
        }
    }
    rows.sort_by(|a, b| a.2.total_cmp(&b.2));
    let note = format!("geometric mean over {} programs with much data; shorter is less", programs.len());
    bars("Peak of memory, as parts of PUC-Rio Lua 5.4's", &note, &rows)
}

/// Every program: where each implementation is, on a logarithmic axis.
pub(crate) fn programs(measurements: &Measurements, statistic: Statistic) -> String {
    const LEAST: f64 = 0.25;
    const MOST: f64 = 16.0;
    const LINE: f64 = 17.0;
    let names = measurements.programs();
    let mut rows: Vec<(&str, f64)> =
        names.iter().filter_map(|program| Some((*program, measurements.ratio(program, "fife", statistic)?))).collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1));
    let height = TOP + 30.0 + LINE * rows.len() as f64 + 24.0;
    let bottom = height - 20.0;
    let x = |ratio: f64| {
        let part = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
        LEFT + part * (WIDTH - LEFT - 20.0)
    };
    let note = format!("by {}; right is faster; a point at the border is beyond it", statistic.describe());
    let mut svg = begin(height, "How many times as fast as PUC-Rio Lua 5.4, program by program", &note);
    let mut at = LEFT;
    for (name, color, shape) in POINTS {
        if measurements.columns.iter().any(|column| column.name == name) {
            let _ = writeln!(
                svg,
                "<path d=\"{shape}\" transform=\"translate({at:.0},{TOP})\" fill=\"{color}\" stroke=\"{color}\"/>\
                 <text class=\"small\" x=\"{:.0}\" y=\"{}\">{name}</text>",
                at + 9.0,
                TOP + 4.0
            );
            at += 100.0;
        }
    }
    let mut tick = LEAST;
    while tick <= MOST {
        let (x, class) = (x(tick), if tick == 1.0 { "axis" } else { "grid" });
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{bottom}\"/>\
             <text class=\"small\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
            TOP + 16.0,
            bottom + 14.0
        );
        tick *= 2.0;
    }
    for (row, (program, _)) in rows.iter().enumerate() {
        let y = TOP + 30.0 + LINE * row as f64;
        let _ = writeln!(
            svg,
            "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{program}</text>",
            LEFT - 12.0,
            y + 4.0
        );
        // Fife last, on top of the others.
        for (name, color, shape) in POINTS.iter().rev() {
            let Some(ratio) = measurements.ratio(program, name, statistic) else { continue };
            let _ = writeln!(
                svg,
                "<path d=\"{shape}\" transform=\"translate({:.1},{y:.1})\" fill=\"{color}\" stroke=\"{color}\"/>",
                x(ratio)
            );
        }
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Taken;
    use crate::measurements::Column;
    use std::time::Duration;

    #[test]
    fn charts_have_a_bar_and_a_point_for_each() {
        let column = |name: &str| Column { name: name.into(), title: name.into(), version: String::new() };
        let mut measurements = Measurements::default();
        measurements.columns = vec![column(BASE), column("fife")];
        for (name, user) in [(BASE, 100), ("fife", 50)] {
            measurements.add(
                "fft",
                name,
                Taken { user: Duration::from_millis(user), system: Duration::ZERO, peak_kib: 9000 },
            );
        }
        let statistic = Statistic { is_least: false, is_user_alone: false };
        let svg = speed(&measurements, statistic);
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains(">2.00<") && svg.contains("prefers-color-scheme: dark"));
        let svg = programs(&measurements, statistic);
        assert!(svg.contains(">fft<"));
        assert_eq!(svg.matches("<path").count(), 2);
        assert_eq!(memory(&measurements, &["fft"]).matches("<rect").count(), 2);
    }
}
