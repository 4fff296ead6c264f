//! The receipt of a payment.
use acceptance::{Stack, World, eventually};

const NUMBER: &str = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency\n";

pub(crate) async fn the_receipt_is_made_once_mailed_to_each_contact_and_downloadable(stack: Stack) {
    let world = World::new(&stack).await;
    let (first, second) =
        (format!("ap@{}.example", world.tenant), format!("cfo@{}.example", world.tenant));
    let csv = format!("{NUMBER}R-1,2096-12-31,80.00,{first}; {second},Acme Ltd,USD\n");
    let id = world.import(csv.as_bytes()).await.json()["invoices"][0]["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let link = world.regenerate(&id, false).await["pay_link"].as_str().unwrap().to_owned();
    let bill = acceptance::Bill { id, number: "R-1".to_owned(), contact: first.clone(), link };
    let session = world.checkout(&bill).await;
    world.stripe.pay(&session).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    let page = world.payer.get(&bill.link).await;
    assert!(page.text().contains("id=\"receipt\""), "{}", page.text());
    let download = world.payer.get(&format!("{}/receipt", bill.link)).await;
    assert_eq!((download.status, download.header("content-type")), (200, "application/pdf"));
    assert!(download.header("content-disposition").starts_with("attachment"));
    assert!(download.bytes.starts_with(b"%PDF-1.7"), "byte for byte, not base64");
    for address in [&first, &second] {
        let mail = world.inbox.wait_for(address, "eceipt").await;
        assert_eq!(mail.to, std::slice::from_ref(address), "contacts do not see each other");
        assert_eq!(mail.from, format!("billing@{}.example", world.tenant));
        assert_eq!(mail.reply_to, format!("team@{}.example", world.tenant));
        let (name, kind) = mail.attachments[0].clone();
        assert_eq!((name.as_str(), kind.as_str()), ("receipt-R-1.pdf", "application/pdf"));
        let attached = world.inbox.attachment(&mail, 0).await;
        assert_eq!(attached, download.bytes, "the same receipt everywhere");
    }
    eventually("both mails are on the timeline", || async {
        let invoice = world.read(&bill.id).await;
        let told = invoice["timeline"].as_array().unwrap().iter();
        let receipts = told.filter(|entry| entry["data"]["letter"] == "receipt");
        (receipts.count() == 2).then_some(())
    })
    .await;
    for address in [&first, &second] {
        let mails = world.inbox.to(address).await;
        assert_eq!(mails.iter().filter(|mail| mail.subject.contains("eceipt")).count(), 1);
    }
}

pub(crate) async fn text_of_any_language_is_in_the_receipt(stack: Stack) {
    let world = World::new(&stack).await;
    let csv = format!("{NUMBER}R-2,2096-12-31,80.00,a@b.example,株式会社こうぼう — شركة,USD\n");
    let id = world.import(csv.as_bytes()).await.json()["invoices"][0]["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    let link = world.regenerate(&id, false).await["pay_link"].as_str().unwrap().to_owned();
    let bill =
        acceptance::Bill { id, number: "R-2".to_owned(), contact: "a@b.example".to_owned(), link };
    world.stripe.pay(&world.checkout(&bill).await).await;
    world.wait_for(&bill.id, "ReceiptMade").await;
    let download = world.payer.get(&format!("{}/receipt", bill.link)).await;
    // That no glyph is missing is shown by the receipt-maker's own tests.
    assert!(download.bytes.starts_with(b"%PDF-1.7"));
}

pub(crate) async fn a_receipt_needs_a_link_and_a_payment(stack: Stack) {
    let world = World::new(&stack).await;
    let bill = world.bill("80.00", "USD").await;
    let unpaid = world.payer.get(&format!("{}/receipt", bill.link)).await;
    assert_eq!((unpaid.status, unpaid.state().as_str()), (404, "not-found"));
    let mut forged = bill.link.clone();
    let last = if forged.ends_with('A') { 'B' } else { 'A' };
    forged.pop();
    forged.push(last);
    assert_eq!(world.payer.get(&format!("{forged}/receipt")).await.status, 404);
}
