//! Colours that a seller may choose: `#rrggbb`, dark enough to be seen on white.
//! Must never use floats: a colour that passes once passes on every machine.
//! Source: WCAG 2.2, "relative luminance" and criterion 1.4.3.

/// Linear light of the sRGB values 0, 16, 32 … 240, 255, in millionths; in between it is
/// near enough to a straight line for one digit of contrast.
const LINEAR: [(u32, u32); 17] = [
    (0, 0),
    (16, 5_182),
    (32, 14_444),
    (48, 29_557),
    (64, 51_269),
    (80, 80_220),
    (96, 116_971),
    (112, 162_029),
    (128, 215_861),
    (144, 278_894),
    (160, 351_533),
    (176, 434_154),
    (192, 527_115),
    (208, 630_757),
    (224, 745_404),
    (240, 871_367),
    (255, 1_000_000),
];
/// Red, green and blue in luminance, in ten-thousandths.
const WEIGHTS: [u64; 3] = [2_126, 7_152, 722];
/// Luminance at which white text has a contrast of 4.5, in units of 10^-10:
/// 1.05 / 4.5 - 0.05.
const DARK_ENOUGH: u64 = 1_833_333_333;

/// Whether white text on it, or it as text on white, can be read; `None` if it is no colour.
pub(crate) fn is_legible_with_white(text: &str) -> Option<bool> {
    let digits = text.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let colour = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = colour.to_be_bytes();
    let parts = [red, green, blue].into_iter().zip(WEIGHTS);
    let luminance = parts.fold(0_u64, |sum, (value, weight)| {
        sum.saturating_add(u64::from(linear(u32::from(value))).saturating_mul(weight))
    });
    Some(luminance <= DARK_ENOUGH)
}

fn linear(value: u32) -> u32 {
    let mut below = (0, 0);
    for (at, light) in LINEAR {
        if value <= at {
            let (step, rise) = (at.saturating_sub(below.0), light.saturating_sub(below.1));
            let part = value.saturating_sub(below.0).saturating_mul(rise);
            return below.1.saturating_add(part.checked_div(step).unwrap_or_default());
        }
        below = (at, light);
    }
    1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exact(value: u32) -> f64 {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    #[test]
    fn only_six_hex_digits_after_a_hash_are_a_colour() {
        for text in ["", "#", "4f46e5", "#4f46e", "#4f46e50", "#4f46eg", "#é46e5", "red", "#+f46e5"]
        {
            assert_eq!(is_legible_with_white(text), None, "{text}");
        }
    }

    #[test]
    fn dark_colours_pass_and_pale_ones_do_not() {
        for (text, legible) in [
            ("#000000", true),
            ("#4f46e5", true),
            ("#0f766e", true),
            ("#0A5F8F", true),
            ("#767676", true),
            ("#787878", false),
            ("#ffffff", false),
            ("#ffd700", false),
        ] {
            assert_eq!(is_legible_with_white(text), Some(legible), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_line_between_two_points_is_near_the_curve(
            red in 0u32..256, green in 0u32..256, blue in 0u32..256,
        ) {
            let luminance = 0.2126 * exact(red) + 0.7152 * exact(green) + 0.0722 * exact(blue);
            let contrast = 1.05 / (luminance + 0.05);
            let legible = is_legible_with_white(&format!("#{red:02x}{green:02x}{blue:02x}"));
            if contrast > 4.6 {
                prop_assert_eq!(legible, Some(true), "{}", contrast);
            }
            if contrast < 4.45 {
                prop_assert_eq!(legible, Some(false), "{}", contrast);
            }
        }
    }
}
