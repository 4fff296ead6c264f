//! Writes the page: what was measured, on what, and what was promised.
//! Must never round a broken promise away.
use std::fmt::{self, Write as _};

use crate::promises::{Measured, Verdict};
use crate::schedule::Route;
use crate::settings::Settings;
use crate::tally::Tally;

/// The whole page, in Markdown.
///
/// # Errors
/// Writing into a text does not fail.
pub(crate) fn page(
    settings: &Settings,
    measured: &[Measured; 3],
    verdicts: &[Verdict],
) -> Result<String, fmt::Error> {
    let mut page = String::new();
    writeln!(page, "# Load: what happens beyond the throttle\n")?;
    writeln!(
        page,
        "Written by `make load`; every figure is of its last run. Not written by hand.\n"
    )?;
    about(&mut page, settings, measured)?;
    writeln!(page, "\n## Promises\n\n| | Promise | Found |\n|---|---|---|")?;
    for Verdict { promise, found, kept } in verdicts {
        writeln!(page, "| {} | {promise} | {found} |", if *kept { "kept" } else { "**broken**" })?;
    }
    by_phase(&mut page, measured)?;
    by_route(&mut page, settings, measured)?;
    page.push_str(REAL);
    Ok(page)
}

#[expect(clippy::disallowed_methods, reason = "the page says when it was measured")]
fn about(page: &mut String, settings: &Settings, measured: &[Measured; 3]) -> fmt::Result {
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M");
    writeln!(page, "| | |\n|---|---|")?;
    writeln!(page, "| Measured | {day} UTC |")?;
    writeln!(page, "| Machine | {} |", settings.machine)?;
    let load: Vec<String> = measured
        .iter()
        .map(|one| format!("{} {} to {}", one.run.phase.name, one.run.load[0], one.run.load[1]))
        .collect();
    writeln!(
        page,
        "| Load average of a minute, from the start to the end of each phase | {} |",
        load.join(", ")
    )?;
    writeln!(
        page,
        "| Seed | {} (`LOAD_SEED={0} make load` sends the same again) |",
        settings.seed
    )?;
    writeln!(page, "| Each phase | {} s |", settings.seconds)?;
    writeln!(page, "| Scale | throttles and rates of the template, divided by {} |", settings.scale)
}

fn by_phase(page: &mut String, measured: &[Measured; 3]) -> fmt::Result {
    writeln!(page, "\n## By phase\n")?;
    writeln!(
        page,
        "| | Requests | Served | 429 of the gateway | 429 of the product | 5xx | Wrong, lost or unsent | p50 | p99 | Longest | p99 of a 429 | Sent late, p99 |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")?;
    for one in measured {
        for (who, tally) in [("payers", one.payers()), ("webhooks", one.of(Route::Webhook))] {
            let wrong = tally.wrong + tally.lost + tally.unsent;
            writeln!(
                page,
                "| {} {who} | {} | {} | {} | {} | {} | {wrong} | {} | {} | {} | {} | {} |",
                one.run.phase.name,
                tally.due,
                tally.served,
                tally.throttled,
                tally.limited,
                tally.broken,
                ms(tally.took_us(50)),
                ms(tally.took_us(99)),
                ms(tally.took_us(100)),
                ms(tally.refused_us(99)),
                ms(tally.late_us(99)),
            )?;
        }
    }
    Ok(())
}

fn by_route(page: &mut String, settings: &Settings, measured: &[Measured; 3]) -> fmt::Result {
    writeln!(page, "\n## By route\n")?;
    writeln!(
        page,
        "Of each phase: sent, served, 429 of the gateway, and p50 and p99 of the served in ms.\n"
    )?;
    writeln!(
        page,
        "| Route | Rate and burst of the template | 1x | 10x | flood |\n|---|--:|--:|--:|--:|"
    )?;
    for route in Route::ALL {
        let (method, path) = route.resource();
        let throttle = settings.throttle(path, method);
        let throttle =
            throttle.map_or("none".to_owned(), |one| format!("{}, {}", one.rate, one.burst));
        let cells: Vec<String> = measured.iter().map(|one| cell(&one.of(route))).collect();
        writeln!(page, "| `{method} {path}` | {throttle} | {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn cell(tally: &Tally) -> String {
    let Tally { due, served, throttled, .. } = tally;
    format!("{due}, {served}, {throttled}, {}, {}", ms(tally.took_us(50)), ms(tally.took_us(99)))
}

/// Milliseconds, rounded down.
fn ms(us: Option<u64>) -> String {
    us.map_or("-".to_owned(), |us| (us / 1_000).to_string())
}

const REAL: &str = "
## How to read it

- **Real**: the functions, as `make demo` runs them (a build without much optimisation); the template, deployed by `sam deploy`; every request of a payer and of Stripe over HTTP, the signatures, the table's transactions, the limits of the product, and all that follows from a payment: stream, bus, queues, receipts, mails.
- **The emulator's**: the gateway with its throttle, a token bucket for each method as API Gateway documents it; Lambda, DynamoDB and all other AWS services. They share two cores with each other, with the functions and with the load itself.
- **Set by us**: the emulator does not find the template's throttles by method, since it does not decode their paths. The load reads them from `template.yaml`, divides them by the scale, and sets them through the gateway's own API. A burst is rounded up to a whole request.
- **A stand-in**: Stripe. It makes the events; the load signs and delivers them, once each, without a second try.
- **Not shown**: AWS was not loaded. Times are of this machine and say nothing about Lambda. Cold starts are left out by ten seconds of uncounted load before the first phase. API Gateway applies its throttles on a best-effort basis; the emulator is exact. The firewall's limit by address does not exist here.
- **1x** is 70 % of the throttle of the page and of \"Pay now\" (60 % of the receipt's, 12 % of each form's), and 20 % of the webhook's. **10x** is ten times as many payers with the same webhooks; **flood** is as many payers with webhooks at 80 % of their throttle.
- **Open loop**: every request has its time before the phase begins, one in each slot of its rate at a point that the seed draws. A time is measured from then on, not from the sending, so that a stack that is behind is not flattered. Nothing is sent twice.
- **Served** is the answer that belongs to the request: 200 for pages, forms and receipts, 303 to Checkout for \"Pay now\", 404 for one page in seven, whose link is forged, 200 for an event of Stripe's. Each link has a payer at an address of its own. One \"Pay now\" in fourteen comes through a link that has been pressed sixty times before: its answer is the product's own 429, counted apart and without a time.
- With few requests a p99 is the longest of them.
";
