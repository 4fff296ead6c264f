//! Several measurements of one thing as one figure: the middle one, with the least and the most.
//! Must never drop a measurement, however odd.
use std::time::Duration;

/// The middle of some measurements, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Half of them are no more than this.
    pub median: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// Of at least one measurement; of none there is no figure.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let upper = *values.get(half)?;
        let odd = values.len() % 2 == 1;
        let median = if odd { upper } else { f64::midpoint(*values.get(half - 1)?, upper) };
        Some(Self { median, least, most })
    }

    /// Of times, in milliseconds.
    pub fn of_ms(times: impl IntoIterator<Item = Duration>) -> Option<Self> {
        Self::of(times.into_iter().map(|time| time.as_secs_f64() * 1e3))
    }
}

/// A figure with three digits that count: `0.345`, `3.45`, `34.5`, `345`.
pub fn short(value: f64) -> String {
    match value.abs() {
        0.0..0.9995 => format!("{value:.3}"),
        0.9995..9.995 => format!("{value:.2}"),
        9.995..99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_and_between_two_if_there_is_none() {
        for (values, median, least, most) in [
            (&[3.0, 1.0, 2.0][..], 2.0, 1.0, 3.0),
            (&[4.0, 1.0, 2.0, 3.0], 2.5, 1.0, 4.0),
            (&[7.0], 7.0, 7.0, 7.0),
            (&[1.0, 1.0, 1.0, 1.0, 500.0], 1.0, 1.0, 500.0),
        ] {
            let spread = Spread::of(values.iter().copied());
            assert_eq!(spread, Some(Spread { median, least, most }));
        }
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn times_are_in_milliseconds() {
        let spread = Spread::of_ms([Duration::from_micros(1_500)]);
        assert_eq!(spread.map(|one| one.median), Some(1.5));
    }

    #[test]
    fn a_figure_has_three_digits_that_count() {
        for (value, shown) in [
            (0.0, "0.000"),
            (0.3454, "0.345"),
            (3.454, "3.45"),
            (9.996, "10.0"),
            (34.54, "34.5"),
            (345.4, "345"),
            (12_345.6, "12346"),
        ] {
            assert_eq!(short(value), shown);
        }
    }
}
