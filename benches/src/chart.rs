//! The picture `docs/bench.svg`: three figures as bars, each from zero on an axis of its own.
//! Must never cut an axis or bend it: a short bar is the message.
use std::fmt::Write as _;

use crate::results::{Figures, Results};
use crate::spread::{Spread, short};
use crate::subject::Subject;
use crate::trouble::Trouble;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 118.0;
const BARS: f64 = 560.0;
const BAR: f64 = 18.0;
const STEP: f64 = 25.0;
const PANEL_HEAD: f64 = 30.0;
const PANEL_FOOT: f64 = 44.0;
const TICKS_MAX: f64 = 6.0;

const SHOWN: [Subject; 4] = [Subject::Hello, Subject::View, Subject::Node, Subject::Python];

type Figure = fn(&Figures) -> &Spread;

const PANELS: [(&str, &str, Figure); 3] = [
    ("CPU of a cold start: from the start of the process to its first answer", "ms", |one| {
        &one.cold_cpu_ms
    }),
    ("CPU of a warm request", "ms", |one| &one.warm_cpu_ms),
    ("Peak memory", "MB", |one| &one.peak_mb),
];

const STYLE: &str = "text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1b1a32}\
.t{font-weight:600}.s{fill:#56556f;font-size:12px}.o{font-weight:700;fill:#4338ca}\
line{stroke:#dfdeec}.z{stroke:#8c8ba5}.own{fill:#4f46e5}.peer{fill:#9c9bb4}.range{stroke:#1b1a32;stroke-width:1.5}\
@media(prefers-color-scheme:dark){text{fill:#ededf7}.s{fill:#aeadc7}.o{fill:#a5b4fc}line{stroke:#35344d}\
.z{stroke:#77768f}.own{fill:#818cf8}.peer{fill:#6b6a85}.range{stroke:#ededf7}}";

/// The whole picture.
///
/// # Errors
/// [`Trouble::Missing`] if a subject was not measured.
pub fn picture(results: &Results) -> Result<String, Trouble> {
    let panel_height = PANEL_HEAD + STEP * 4.0 + PANEL_FOOT;
    let height = panel_height * 3.0 + 8.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{}</title>\n\
         <style>{STYLE}</style>\n",
        spoken(results)?
    );
    let mut top = 8.0;
    for (title, unit, figure) in PANELS {
        panel(&mut svg, results, (title, unit, figure), top)?;
        top += panel_height;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn panel(
    svg: &mut String,
    results: &Results,
    (title, unit, figure): (&str, &str, Figure),
    top: f64,
) -> Result<(), Trouble> {
    let spreads = SHOWN.map(|one| (one, results.subjects.get(&one).map(figure)));
    let most = spreads.iter().filter_map(|(_, spread)| *spread).map(|one| one.most);
    let most = most.fold(f64::MIN_POSITIVE, f64::max);
    let tick = tick(most);
    let end = (most / tick).ceil() * tick;
    let x = |value: f64| LEFT + value / end * BARS;
    let (first, last) = (top + PANEL_HEAD, top + PANEL_HEAD + STEP * 4.0);
    // Writing to a String cannot fail.
    let _ = writeln!(svg, "<text class=\"t\" x=\"0\" y=\"{}\">{title}, {unit}</text>", top + 14.0);
    let mut at = 0.0;
    while at <= end + tick / 2.0 {
        let (x, class) = (x(at), if at == 0.0 { "z" } else { "g" });
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.0}\" y2=\"{last:.0}\"/>\
             <text class=\"s\" x=\"{x:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            first - 4.0,
            last + 14.0,
            label(at, tick)
        );
        at += tick;
    }
    for ((subject, spread), place) in spreads.into_iter().zip(0_u8..) {
        let missing = || Trouble::Missing(format!("{} was not measured", subject.name()));
        let spread = spread.ok_or_else(missing)?;
        let y = first + STEP * f64::from(place);
        let own = subject == Subject::View;
        let (bar, text) = if own { ("own", "o") } else { ("peer", "") };
        let _ = writeln!(
            svg,
            "<text class=\"{text}\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{bar}\" x=\"{LEFT}\" y=\"{y:.0}\" width=\"{:.2}\" height=\"{BAR}\"/>\
             <line class=\"range\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{mid:.0}\" y2=\"{mid:.0}\"/>\
             <text class=\"{text}\" x=\"{:.1}\" y=\"{:.0}\">{}</text>",
            LEFT - 10.0,
            y + 14.0,
            subject.name(),
            x(spread.median) - LEFT,
            x(spread.least),
            x(spread.most),
            x(spread.most) + 8.0,
            y + 14.0,
            short(spread.median),
            mid = y + BAR / 2.0,
        );
    }
    Ok(())
}

/// A round step, so that there are few lines.
fn tick(most: f64) -> f64 {
    let rough = most / TICKS_MAX;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|step| step * power >= rough);
    step.unwrap_or(10.0) * power
}

fn label(value: f64, tick: f64) -> String {
    if tick >= 1.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// The same for whoever cannot see it.
fn spoken(results: &Results) -> Result<String, Trouble> {
    let mut text = String::new();
    for (title, unit, figure) in PANELS {
        let _ = write!(text, "{title}, {unit}:");
        for subject in SHOWN {
            let missing = || Trouble::Missing(format!("{} was not measured", subject.name()));
            let figures = results.subjects.get(&subject).ok_or_else(missing)?;
            let _ = write!(text, " {} {},", subject.name(), short(figure(figures).median));
        }
        text.pop();
        text.push_str(". ");
    }
    Ok(text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_begin_at_zero_and_have_few_round_steps() {
        for (most, step) in [(491.0, 100.0), (290.0, 50.0), (3.1, 1.0), (0.4, 0.1), (6.0, 1.0)] {
            let tick = tick(most);
            assert!((tick - step).abs() < 1e-9, "{most}: {tick}");
            assert!(most / tick <= TICKS_MAX);
        }
    }
}
