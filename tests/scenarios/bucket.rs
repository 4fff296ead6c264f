//! How documents lie in the bucket, and how those that nobody submitted leave it.
//! Must never change what another story has put there.
use acceptance::files::Files;
use acceptance::forms::Part;
use acceptance::{Stack, World};
use serde_json::json;

use crate::papers;

pub(crate) async fn faults_row_45_what_is_written_over_a_document_later_is_not_given_out(
    stack: Stack,
) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let ticket = world.payer.upload(&bill.link, "order.pdf", &papers::pdf()).await;
    let kept = [format!("{}:other", ticket.id)];
    assert_eq!(world.dispute_with(&bill, "other", &kept, &[]).await.status, 303);
    let before = world.scanned_case(&bill).await;
    // The ticket is still good; whoever has it can write once more, and so can an engineer.
    let again = world.payer.post_to_s3(&ticket, b"%PDF-1.4\nanother\n%%EOF\n").await;
    assert_eq!(again.status, 204, "{}", again.text());
    files.put(ticket.field("key"), b"a third").await;
    assert_eq!(files.versions(ticket.field("key")).await.len(), 3);
    let after = world.scanned_case(&bill).await;
    assert_eq!(after["documents"], before["documents"], "size, hash and verdict stay");
    assert_eq!(world.download(&bill, &after, 0).await.bytes, papers::pdf());
}

pub(crate) async fn documents_are_private_encrypted_and_versioned(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let bytes = papers::pdf();
    let part = Part { field: "doc-other", name: "order.pdf", bytes: &bytes };
    assert_eq!(world.dispute_with(&bill, "other", &[], &[part]).await.status, 303);
    let case = world.scanned_case(&bill).await;
    let versions = files.uploads_of(&world, &bill.id).await;
    assert_eq!(versions.len(), 1);
    let address = files.address(&versions[0].key);
    for query in ["", "?tagging", &format!("?versionId={}", versions[0].id)] {
        let answer = world.payer.get(&format!("{address}{query}")).await;
        assert_eq!(answer.status, 403, "{query}: {}", answer.text());
    }
    for method in ["PUT", "DELETE"] {
        let answer = world.payer.request(method, &address, &[], b"x".to_vec()).await;
        assert_eq!(answer.status, 403, "{method}: {}", answer.text());
    }
    let id = case["documents"][0]["id"].as_str().unwrap();
    let given = world.ask_for_document(&world.token, &bill, &case, id).await;
    assert_eq!(given.header("cache-control"), "no-store");
    let url = given.json()["url"].as_str().unwrap().to_owned();
    assert!(url.contains("X-Amz-Expires=60&"), "a minute: {url}");
    for (from, to) in [
        ("X-Amz-Expires=60", "X-Amz-Expires=600"),
        ("attachment", "inline"),
        ("octet-stream", "html"),
        (id, "01JD9Z3V7Q0000000000000000"),
        (versions[0].id.as_str(), "null"),
    ] {
        assert!(url.contains(from), "{from}: {url}");
        let answer = world.payer.get(&url.replace(from, to)).await;
        assert_eq!(answer.status, 403, "{from} to {to}: {}", answer.text());
    }
    assert!(files.setting("encryption").await.contains("<SSEAlgorithm>AES256<"));
    assert!(files.setting("versioning").await.contains("<Status>Enabled<"));
    let closed = files.setting("publicAccessBlock").await;
    assert_eq!(closed.matches(">true<").count(), 4, "{closed}");
}

pub(crate) async fn faults_row_43_what_nobody_submitted_is_swept_and_nothing_else(stack: Stack) {
    let (world, files) = (World::new(&stack).await, Files::new(&stack));
    let bill = world.bill("1000.00", "USD").await;
    let bytes = papers::pdf();
    let (left, _) = world.upload_of_hours_ago(&bill, 21).await;
    let (older, _) = world.upload_of_hours_ago(&bill, 30).await;
    let (young, _) = world.upload_of_hours_ago(&bill, 18).await;
    let (referred, id) = world.upload_of_hours_ago(&bill, 21).await;
    let fresh = world.payer.upload(&bill.link, "fresh.pdf", &bytes).await;
    for key in [&left, &left, &older, &young] {
        files.put(key, &bytes).await;
    }
    let ours = papers::png();
    let version = files.put(&referred, &ours).await;
    let part = Part { field: "doc-other", name: "order.png", bytes: &ours };
    assert_eq!(world.dispute_with(&bill, "other", &[], &[part]).await.status, 303);
    // The document was submitted with the case, 21 hours ago.
    let sort = format!("5#case#{}", world.case_id(&bill).await);
    let items = world.aws.partition(&format!("INVOICE#{}", bill.id)).await;
    let mut item = items.into_iter().find(|item| item["sk"]["S"] == sort).unwrap();
    let document = &mut item["documents"]["L"][0]["M"];
    assert_eq!(document["name"]["S"], "order.png", "{document}");
    document["id"] = json!({ "S": id });
    document["key"] = json!({ "S": referred });
    document["object_version"] = json!({ "S": version });
    world.aws.put_back(&[item]).await;
    assert_eq!(files.versions(&left).await.len(), 2);
    let report = world.aws.invoke("upload-sweeper").await;
    assert!(report.get("errorMessage").is_none(), "{report}");
    for gone in [&left, &older] {
        assert_eq!(files.versions(gone).await, [], "all versions are swept");
    }
    for (what, key) in
        [("referred to", referred.as_str()), ("young", &young), ("fresh", fresh.field("key"))]
    {
        assert_eq!(files.versions(key).await.len(), 1, "{what}");
    }
    let case = world.scanned_case(&bill).await;
    assert_eq!(world.download(&bill, &case, 0).await.bytes, ours);
}
