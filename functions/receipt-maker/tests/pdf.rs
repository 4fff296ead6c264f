//! The promises of a receipt, checked on its pages and in the bytes of its PDF.
//! Must never need anything but this crate: no network, no tools, no fonts of the machine.
#![cfg(test)]

use receipt_maker::pdf::{PdfDate, Proof, Receipt, proof, render};

fn receipt() -> Receipt {
    Receipt {
        seller: "Northwind Traders LLC".to_owned(),
        brand_colour: "#4f46e5".to_owned(),
        receipt_number: "RCPT-000417".to_owned(),
        invoice_number: "INV-1042".to_owned(),
        customer: "Acme Corporation".to_owned(),
        description: "Consulting, October 2026".to_owned(),
        amount: "$1,234.50 USD".to_owned(),
        method: "Visa card ending 4242".to_owned(),
        payment_id: "pi_3QxYz0123456789ABCDEFGH".to_owned(),
        paid_on: "22 November 2026".to_owned(),
        paid_at: PdfDate { year: 2026, month: 11, day: 22, hour: 17, minute: 5, second: 9 },
    }
}

fn named(seller: &str) -> Receipt {
    Receipt { seller: seller.to_owned(), customer: seller.to_owned(), ..receipt() }
}

fn described(description: &str) -> Receipt {
    Receipt { description: description.to_owned(), ..receipt() }
}

fn shown(receipt: &Receipt) -> Proof {
    let proof = proof(receipt).expect("a layout");
    assert!(proof.boxes.is_empty(), "boxes for {:?}", proof.boxes);
    proof
}

fn pdf_holds(pdf: &[u8], part: &str) -> bool {
    pdf.windows(part.len()).any(|window| window == part.as_bytes())
}

/// Declared only by an export that checked it: tags, language, title, and text that can be
/// selected, searched and read aloud (a Unicode value for every glyph).
fn is_accessible(pdf: &[u8]) -> bool {
    ["/MarkInfo", "/StructTreeRoot", "/Lang(en)", "pdfuaid:part", "/S/TH"]
        .iter()
        .all(|part| pdf_holds(pdf, part))
}

#[test]
fn a_receipt_is_an_accessible_pdf_with_a_title_and_a_date() {
    let pdf = render(&receipt()).expect("a pdf");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert!(is_accessible(&pdf));
    assert!(pdf_holds(&pdf, "Receipt RCPT-000417 from Northwind Traders LLC"));
    assert!(pdf_holds(&pdf, "D:20261122170509"));
}

#[test]
fn a_receipt_shows_every_fact_of_the_payment() {
    let text = shown(&receipt()).text;
    let facts = ["Northwind Traders LLC", "Receipt", "RCPT-000417", "INV-1042", "Acme Corporation"];
    let more = ["$1,234.50 USD", "PAID", "Visa card ending 4242", "pi_3QxYz0123456789ABCDEFGH"];
    let last = ["22 November 2026", "Consulting, October 2026", "Page 1 of 1"];
    for fact in facts.iter().chain(&more).chain(&last) {
        assert!(text.contains(fact), "{fact} is missing from:\n{text}");
    }
}

#[test]
fn the_same_receipt_is_the_same_bytes() {
    let odd = described("日本語 かな हिन्दी العربية 😀");
    for receipt in [receipt(), odd] {
        assert_eq!(render(&receipt).expect("a pdf"), render(&receipt).expect("a pdf"));
    }
    assert_ne!(
        render(&receipt()).expect("a pdf"),
        render(&Receipt { payment_id: "pi_other".to_owned(), ..receipt() }).expect("a pdf")
    );
}

#[test]
fn names_of_every_script_show_and_are_readable_aloud() {
    let names = [
        "Zażółć gęślą jaźń Ñandú Þórr",
        "Ελληνική Επιχείρηση ἀρχή",
        "Съешь ещё Україна Ђорђе",
        "Công ty Thương mại Việt Nam",
        "شركة النور للتجارة",
        "فروشگاه می‌خواهم",
        "חברת השלום בע״מ",
        "नमस्ते व्यापार क्षितिज",
        "বাংলা ব্যবসা",
        "ਪੰਜਾਬੀ",
        "ગુજરાતી",
        "ଓଡ଼ିଆ",
        "தமிழ் நிறுவனம்",
        "తెలుగు",
        "ಕನ್ನಡ",
        "മലയാളം",
        "ශ්‍රී ලංකා",
        "ภาษาไทยไม่มีช่องว่าง",
        "ລາວ",
        "ភាសាខ្មែរ",
        "မြန်မာ",
        "བོད་ཡིག",
        "ქართული",
        "Հայերեն",
        "አማርኛ",
        "ދިވެހި",
        "ᏣᎳᎩ",
        "ᐃᓄᒃᑎᑐᑦ",
        "ᠮᠣᠩᠭᠣᠯ",
        "ⵜⴰⵎⴰⵣⵉⵖⵜ",
        "中文公司 繁體中文",
        "株式会社さくら商事",
        "𠮷野家",
        "한국어 서울특별시 주식회사",
        "ᚠᚢᚦ",
    ];
    for name in names {
        let receipt = named(name);
        let text = shown(&receipt).text;
        assert!(!text.contains("[U+"), "{name} was spelled");
        assert!(name.chars().all(|c| text.contains(c) || !c.is_alphabetic()), "{name}: {text}");
        assert!(is_accessible(&render(&receipt).expect("a pdf")), "{name} is not accessible");
    }
}

#[test]
fn symbols_and_emoji_show() {
    let text = shown(&described(
        "€ ₹ ₿ ™ ½ → ★ ☃ ✓ ♥ 𝐁𝐨𝐥𝐝 😀 👩🏽\u{200d}⚕\u{fe0f} 🎉 1\u{fe0f}\u{20e3} 🇫🇷 🫠",
    ))
    .text;
    assert!(!text.contains("[U+"), "{text}");
    assert!(
        text.contains('😀') && text.contains('👩') && text.contains('⚕') && text.contains('🫠')
    );
}

#[test]
fn what_no_font_shows_is_spelled_by_its_number() {
    let text = shown(&described("a \u{e000} b \u{10fffd} c \u{282e2}")).text;
    assert!(text.contains("a [U+E000] b [U+10FFFD] c [U+282E2]"), "{text}");
    render(&described("\u{e000}\u{fffe}\u{0}\u{ad}\u{fffc}")).expect("a pdf");
}

#[test]
fn a_letter_with_a_mark_of_another_script_is_never_lost_or_doubled() {
    for (odd, letter) in
        [("ა\u{301}", 'ა'), ("q\u{951}", 'q'), ("ש\u{951}", 'ש'), ("क\u{301}", 'क')]
    {
        let text = shown(&described(&format!("1 {odd} 2"))).text;
        assert_eq!(text.matches(letter).count(), 1, "{odd}: {text}");
    }
}

#[test]
fn markup_in_a_text_shows_as_it_was_typed() {
    let typed = r#"*bold* _em_ #import "x" $x^2$ @ref <l> `raw` \ // c /* d */ -- ~ ="#;
    let text =
        shown(&Receipt { customer: typed.to_owned(), ..described(&format!("= {typed}")) }).text;
    assert_eq!(text.matches(typed).count(), 2, "{text}");
}

#[test]
fn a_hundred_lines_go_on_over_numbered_pages() {
    let lines: Vec<String> = (1..=100).map(|at| format!("{at:03} Consulting hours")).collect();
    let proof = shown(&described(&lines.join("\n")));
    assert!(lines.iter().all(|line| proof.text.matches(line.as_str()).count() == 1));
    assert_eq!(proof.pages, 3);
    assert!((1..=3).all(|page| proof.text.contains(&format!("Page {page} of 3"))));
    assert!(!proof.text.contains("goes on"));
}

#[test]
fn an_endless_description_is_cut_and_says_so() {
    let proof = shown(&described(&"Consulting\n".repeat(5_000)));
    assert!(proof.pages <= 10, "{} pages", proof.pages);
    assert!(proof.text.contains("The description goes on; the invoice has all of it."));
}

#[test]
fn an_empty_description_leaves_no_heading() {
    assert!(!shown(&described(" \n ")).text.contains("Description"));
}

#[test]
fn any_colour_makes_a_readable_receipt() {
    for colour in ["#ffffff", "#000000", "#FDE047", "", "red", "#12345", "#\u{e9}12345", "#ggg000"]
    {
        let receipt = Receipt { brand_colour: colour.to_owned(), ..receipt() };
        assert!(is_accessible(&render(&receipt).expect("a pdf")), "{colour}");
    }
}

#[test]
fn empty_facts_still_make_a_receipt() {
    let empty = Receipt { customer: String::new(), method: String::new(), ..named("") };
    assert!(!shown(&empty).text.contains("Billed to"));
    assert!(render(&empty).expect("a pdf").starts_with(b"%PDF"));
}
