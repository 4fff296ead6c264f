//! The header that makes a browser save a file under its name.
//! Must never pass a quote or a line end on: whoever chose the name would write headers.
use std::fmt::Write as _;

/// `attachment` with the name twice: in ASCII for old programs, and as it is. Source: RFC 6266
/// section 5, RFC 8187 section 3.2.
pub(super) fn attachment(name: &str) -> String {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut header = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            header.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(header, "%{byte:02X}");
        }
    }
    header
}

/// ASCII that means nothing within quotes; `%` would be decoded by some browsers.
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            attachment("a\"; filename=\"b.exe\r\nX: é.pdf"),
            "attachment; filename=\"a_; filename=_b.exe__X: _.pdf\"; \
             filename*=UTF-8''a%22%3B%20filename%3D%22b.exe%0D%0AX%3A%20%C3%A9.pdf"
        );
    }
}
