//! Browsers of people, and what looks at links before them.
//! Must never name a browser that people do not use.
use lambda_http::Body;
use lambda_http::http::Request as Plain;

use super::*;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36";
const NAVIGATES: (&str, &str) = ("sec-fetch-mode", "navigate");
const SPEAKS: (&str, &str) = ("accept-language", "en-US,en;q=0.9");

fn visitor(method: &str, agent: &str, headers: &[(&str, &str)]) -> Visitor {
    let request = Plain::builder().method(method).uri("/p/TOKEN").header("user-agent", agent);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Visitor::of(&request.body(Body::Empty).unwrap())
}

#[test]
fn a_person_is_never_taken_for_a_machine() {
    for agent in [
        CHROME,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0",
        // The new Outlook opens links in a window of its own.
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/117.0.0.0 Safari/537.36 Edg/117.0.2045.47 OneOutlook/1.2023.927.100",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; SM-S931B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/149.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
        // A phone of the firm Cubot.
        "Mozilla/5.0 (Linux; Android 10; CUBOT_X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Mobile Safari/537.36",
        "Lynx/2.9.2 libwww-FM/2.14",
        "",
    ] {
        for headers in [&[NAVIGATES, SPEAKS][..], &[NAVIGATES], &[SPEAKS]] {
            assert_eq!(visitor("GET", agent, headers), Visitor::Person, "{agent} {headers:?}");
        }
    }
}

#[test]
fn a_machine_that_names_itself_is_one_whatever_else_it_sends() {
    for agent in [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "python-requests/2.32.3",
    ] {
        assert_eq!(visitor("GET", agent, &[NAVIGATES, SPEAKS]), Visitor::Machine, "{agent}");
    }
    assert!(MACHINES.iter().all(|name| *name == name.to_ascii_lowercase()));
}

#[test]
fn a_browsers_name_without_a_browser_is_a_machine() {
    let accepts = ("accept", "text/html,application/xhtml+xml");
    for agent in [CHROME, "", "Mozilla/5.0"] {
        assert_eq!(visitor("GET", agent, &[accepts]), Visitor::Machine, "{agent}");
    }
}

#[test]
fn what_is_fetched_before_somebody_asks_is_not_opened() {
    for ahead in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
        ("x-purpose", "preview"),
        ("x-moz", "prefetch"),
    ] {
        let headers = [NAVIGATES, SPEAKS, ahead];
        assert_eq!(visitor("GET", CHROME, &headers), Visitor::Machine, "{ahead:?}");
    }
    assert_eq!(visitor("HEAD", CHROME, &[NAVIGATES, SPEAKS]), Visitor::Machine);
}
