//! The same form twice: one submission if its content is the same, refused if any of it differs.
//! Must never take a second content for a double click.
use domain::form::Contact;
use domain::schedule::Instalment;
use domain::submit::{Proposal, Reply, Submission};
use domain::{Document, Refusal};
use ulid::Ulid;

use crate::bench::{Bench, usd};
use crate::case_bench::{date, document, operator};

/// The same proposal with one thing in it that is another.
fn others(proposal: &Proposal) -> Vec<Proposal> {
    let contacts = |contact: &Contact| {
        let (name, email) = ("Eve".to_owned(), "eve@acme.example".to_owned());
        [
            Contact { name, ..contact.clone() },
            Contact { email, ..contact.clone() },
            Contact { phone: Some("+1 212 555 0100".to_owned()), ..contact.clone() },
        ]
    };
    match proposal.clone() {
        Proposal::Plan(form) => {
            let mut later = form.clone();
            later.instalments[0] = Instalment { due: date("2026-12-02"), ..later.instalments[0] };
            let mut more = form.clone();
            more.instalments[0].amount = usd(1);
            let mut why = form.clone();
            why.reason.push('!');
            let mut all = vec![later, more, why];
            for contact in contacts(&form.contact) {
                all.push(domain::form::PlanForm { contact, ..form.clone() });
            }
            all.into_iter().map(Proposal::Plan).collect()
        }
        Proposal::Promise(form) => {
            let note = Some("By cheque.".to_owned());
            let mut all = vec![
                domain::form::PromiseForm { date: date("2026-12-02"), ..form.clone() },
                domain::form::PromiseForm { amount: usd(1), ..form.clone() },
                domain::form::PromiseForm { note, ..form.clone() },
            ];
            for contact in contacts(&form.contact) {
                all.push(domain::form::PromiseForm { contact, ..form.clone() });
            }
            all.into_iter().map(Proposal::Promise).collect()
        }
        Proposal::Dispute(form) => {
            let (reason, description) = ("other".to_owned(), "Billed before, again.".to_owned());
            let mut all = vec![
                domain::form::DisputeForm { reason, ..form.clone() },
                domain::form::DisputeForm { amount: usd(1), ..form.clone() },
                domain::form::DisputeForm { description, ..form.clone() },
            ];
            for contact in contacts(&form.contact) {
                all.push(domain::form::DisputeForm { contact, ..form.clone() });
            }
            all.into_iter().map(Proposal::Dispute).collect()
        }
    }
}

#[test]
fn anything_else_in_the_same_form_is_told_and_not_taken() {
    let kinds: [fn(&Bench) -> Proposal; 3] =
        [Bench::plan, |bench| bench.promise(""), |bench| bench.dispute("")];
    for kind in kinds {
        let mut bench = Bench::linked();
        let (link, form) = (bench.link(), bench.moment.fresh_id());
        let sent = Submission { form, proposal: kind(&bench), documents: Vec::new() };
        assert_eq!(bench.send(link, &sent), Ok(true));
        assert_eq!(bench.send(link, &sent), Ok(false), "a double click");
        for proposal in others(&sent.proposal) {
            let other = Submission { proposal, ..sent.clone() };
            assert_eq!(bench.send(link, &other), Err(Refusal::FormReused), "{other:?}");
        }
    }
}

#[test]
fn an_answer_sent_twice_is_one_and_another_answer_in_the_same_form_is_told() {
    let mut bench = Bench::linked().submitted(|bench| bench.dispute(""));
    let (case, text) = (bench.case().id, "Which one?".to_owned());
    let change = bench.file.ask(case, text, &operator(), &mut bench.moment).unwrap();
    bench.commit(change);
    let form = bench.moment.fresh_id();
    let sent = Reply { form, text: "That one.".to_owned(), documents: vec![document("aa")] };
    let (link, tenant) = (bench.link(), bench.tenant.clone());
    let change = bench.file.answer(link, &sent, &tenant, &mut bench.moment).unwrap();
    bench.commit(change.unwrap());
    // Sent again, a document is stored again, under another key.
    let stored_again = Document { id: Ulid(78), key: "uploads/78".to_owned(), ..document("aa") };
    let again = Reply { documents: vec![stored_again], ..sent.clone() };
    assert_eq!(bench.file.answer(link, &again, &tenant, &mut bench.moment), Ok(None));
    for other in [
        Reply { text: "This one.".to_owned(), ..sent.clone() },
        Reply { documents: vec![document("bb")], ..sent.clone() },
        Reply { documents: Vec::new(), ..sent },
    ] {
        let refused = bench.file.answer(link, &other, &tenant, &mut bench.moment);
        assert_eq!(refused, Err(Refusal::FormReused), "{other:?}");
    }
}
