//! Documents of a case: which came, which are missing, and how many there may be.
//! Must never show a document as missing that came with an answer.
use domain::document::CASE_DOCUMENTS_MAX;
use domain::form::DisputeForm;
use domain::queue::QueueLine;
use domain::submit::{Proposal, Reply, Submission};
use domain::{Document, Refusal};
use ulid::Ulid;

use crate::bench::Bench;
use crate::case_bench::{document, operator};

fn proof(id: Ulid) -> Document {
    Document { id, kind: "proof_of_payment".to_owned(), ..document("aa") }
}

/// Disputed as paid already, which asks for a proof of payment, with those documents.
fn disputed(documents: Vec<Document>) -> Bench {
    let mut bench = Bench::linked();
    let Proposal::Dispute(form) = bench.dispute("") else { unreachable!() };
    let proposal = Proposal::Dispute(DisputeForm { reason: "already_paid".to_owned(), ..form });
    let sent = Submission { form: bench.moment.fresh_id(), proposal, documents };
    assert_eq!(bench.send(bench.link(), &sent), Ok(true));
    bench
}

/// The seller asks, and the payer answers with those documents.
fn answered(bench: &mut Bench, documents: Vec<Document>) -> Result<(), Refusal> {
    let (case, text) = (bench.case().id, "Have you a receipt?".to_owned());
    let change = bench.file.ask(case, text, &operator(), &mut bench.moment).unwrap();
    bench.commit(change);
    let form = bench.moment.fresh_id();
    let reply = Reply { form, text: "Here it is.".to_owned(), documents };
    let (link, tenant) = (bench.link(), bench.tenant.clone());
    let change = bench.file.answer(link, &reply, &tenant, &mut bench.moment)?;
    bench.commit(change.unwrap());
    Ok(())
}

fn missing(bench: &Bench) -> Vec<String> {
    let line = QueueLine::of(&bench.file, bench.case(), bench.moment.now);
    let codes: Vec<_> =
        bench.case().missing_evidence().iter().map(|one| one.code.clone()).collect();
    assert_eq!(line.missing, codes, "the queue says what the case says");
    assert_eq!(line.documents, bench.case().all_documents().count());
    codes
}

#[test]
fn what_a_reason_asks_for_is_missing_until_it_came() {
    assert_eq!(missing(&disputed(vec![proof(Ulid(1))])), [""; 0]);
    let mut bench = disputed(vec![document("bb")]);
    assert_eq!(missing(&bench), ["proof_of_payment"], "another document proves nothing");
    answered(&mut bench, vec![proof(Ulid(2))]).unwrap();
    assert_eq!(missing(&bench), [""; 0], "it came with the answer");
}

#[test]
fn a_reason_that_asks_for_nothing_misses_nothing() {
    let bench = Bench::linked().submitted(|bench| bench.dispute(""));
    assert_eq!(missing(&bench), [""; 0]);
    assert!(bench.case().evidence().is_empty());
}

#[test]
fn a_document_is_an_invoices_if_one_of_its_cases_or_answers_has_it() {
    let mut bench = disputed(vec![proof(Ulid(1))]);
    answered(&mut bench, vec![proof(Ulid(2))]).unwrap();
    for (id, known) in [(1, true), (2, true), (3, false)] {
        assert_eq!(bench.file.has_document(Ulid(id)), known, "{id}");
    }
    assert!(!Bench::linked().file.has_document(Ulid(1)));
}

#[test]
fn a_case_takes_its_last_document_and_not_one_more() {
    for (extra, expected) in [(0, Ok(())), (1, Err(Refusal::TooManyDocuments))] {
        let mut bench = disputed(vec![proof(Ulid(1))]);
        let documents = vec![document("cc"); CASE_DOCUMENTS_MAX - 1 + extra];
        assert_eq!(answered(&mut bench, documents), expected, "{extra} too many");
    }
}
