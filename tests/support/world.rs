//! A seller of the story's own: a tenant, its Stripe account, its operators, its invoices.
//! Must never reuse a name: stories run side by side.
use serde_json::{Value, json};
use ulid::Ulid;

use crate::aws::Aws;
use crate::inbox::Inbox;
use crate::stripe::StandIn;
use crate::{Answer, Payer, Stack, eventually};

/// Everything a story plays with.
#[derive(Clone, Debug)]
pub struct World {
    /// The stack.
    pub stack: Stack,
    /// The emulator's own API.
    pub aws: Aws,
    /// The inbox.
    pub inbox: Inbox,
    /// The stand-in, seen from this seller's account.
    pub stripe: StandIn,
    /// A payer's browser.
    pub payer: Payer,
    /// The seller's tenant id.
    pub tenant: String,
    /// The seller's connected account.
    pub account: String,
    /// An A/R manager's bearer token.
    pub token: String,
}

/// An invoice of the story.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its billing contact.
    pub contact: String,
    /// The address of its current link.
    pub link: String,
}

impl World {
    /// A new seller in the US.
    pub async fn new(stack: &Stack) -> Self {
        Self::of_country(stack, "US").await
    }

    /// A new seller.
    #[expect(clippy::disallowed_methods, reason = "names that no other story has")]
    pub async fn of_country(stack: &Stack, country: &str) -> Self {
        let tenant = Ulid::generate().to_string().to_lowercase();
        let account = format!("acct_{tenant}");
        let aws = Aws::new(stack.clone());
        let stripe = StandIn::with_account(stack.clone(), &account, country).await;
        aws.put_item(json!({
            "pk": format!("TENANT#{tenant}"), "sk": "TENANT", "id": tenant,
            "name": "Harbour & Sons", "brand_colour": "#4f46e5", "zone": "America/New_York",
            "stripe_account": account, "country": country,
            "sender": format!("billing@{tenant}.example"),
            "reply_to": format!("team@{tenant}.example"),
        }))
        .await;
        aws.verify_sender(&format!("billing@{tenant}.example")).await;
        let token = aws.operator(&tenant, "ar_manager").await;
        Self {
            stack: stack.clone(),
            aws,
            inbox: Inbox::new(stack.clone()),
            stripe,
            payer: Payer::new(stack),
            tenant,
            account,
            token,
        }
    }

    /// An address of the API.
    pub fn api(&self, path: &str) -> String {
        format!("{}{path}", self.stack.text("api"))
    }

    /// Posts a CSV as the seller's A/R manager.
    pub async fn import(&self, csv: &[u8]) -> Answer {
        self.import_as(&self.token, "text/csv", csv).await
    }

    /// Posts a file with another token or content type.
    pub async fn import_as(&self, token: &str, content_type: &str, file: &[u8]) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
        self.payer.request("POST", &self.api("/invoices/import"), &headers, file.to_vec()).await
    }

    /// Posts a file to an address of the API as the seller's A/R manager.
    pub async fn operate_csv(&self, path: &str, file: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "text/csv")];
        self.payer.request("POST", &self.api(path), &headers, file.to_vec()).await
    }

    /// The invoice of that number: looked for in the list, then read as [`Self::read`] does.
    /// If there is none, the answer to an invoice that does not exist.
    pub async fn by_number(&self, number: &str) -> Answer {
        let list = self.operate("GET", &format!("/invoices?number={number}"), None).await;
        assert_eq!(list.status, 200, "{}", list.text());
        let list = list.json();
        let id = list["invoices"][0]["id"].as_str().unwrap_or("00000000000000000000000000");
        self.operate("GET", &format!("/invoices/{id}"), None).await
    }

    /// An invoice of that balance with a fresh link, imported and regenerated as an operator
    /// would.
    pub async fn bill(&self, balance: &str, currency: &str) -> Bill {
        #[expect(clippy::disallowed_methods, reason = "numbers that no other story has")]
        let number = format!("INV-{}", &Ulid::generate().to_string()[16..]);
        let contact = format!("{}@payer-{}.example", number.to_lowercase(), self.tenant);
        let csv = format!(
            "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency,Description\n\
             {number},2096-12-31,{balance},{contact},Acme Ltd,{currency},Two pallets of rope\n"
        );
        let report = self.import(csv.as_bytes()).await;
        assert_eq!(report.status, 200, "{}", report.text());
        let id = report.json()["invoices"][0]["id"].as_str().expect("an id").to_owned();
        let link =
            self.regenerate(&id, false).await["pay_link"].as_str().expect("a link").to_owned();
        Bill { id, number, contact, link }
    }

    /// Regenerates the link of an invoice; the answer.
    pub async fn regenerate(&self, id: &str, mail: bool) -> Value {
        let body = json!({ "mail": mail }).to_string();
        let answer = self.operate("POST", &format!("/invoices/{id}/link"), Some(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// A request as the seller's A/R manager.
    pub async fn operate(&self, method: &str, path: &str, json: Option<&str>) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", bearer.as_str())];
        if json.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = json.unwrap_or_default().as_bytes().to_vec();
        self.payer.request(method, &self.api(path), &headers, body).await
    }

    /// The invoice as an operator sees it, with its timeline.
    pub async fn read(&self, id: &str) -> Value {
        let answer = self.operate("GET", &format!("/invoices/{id}"), None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The names on the timeline so far, in order.
    pub async fn timeline(&self, id: &str) -> Vec<String> {
        let invoice = self.read(id).await;
        let entries = invoice["timeline"].as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| entry["name"].as_str().unwrap_or("?").to_owned()).collect()
    }

    /// How often a name is on the timeline.
    pub async fn count(&self, id: &str, name: &str) -> usize {
        self.timeline(id).await.iter().filter(|known| *known == name).count()
    }

    /// Waits until the invoice has that status.
    pub async fn wait_for_status(&self, id: &str, status: &str) -> Value {
        eventually(&format!("status {status}"), || async {
            Some(self.read(id).await).filter(|invoice| invoice["status"] == status)
        })
        .await
    }

    /// Waits until a name is on the timeline.
    pub async fn wait_for(&self, id: &str, name: &str) {
        eventually(&format!("{name} on the timeline"), || async {
            self.timeline(id).await.iter().any(|known| known == name).then_some(())
        })
        .await;
    }

    /// Presses "Pay now" and answers with the id of the Checkout Session.
    pub async fn checkout(&self, bill: &Bill) -> String {
        let answer = self.payer.press(&format!("{}/pay", bill.link)).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let url = answer.header("location").to_owned();
        let session = url.split("/c/pay/").nth(1).expect("a hosted page");
        session.split(['?', '#', '/']).next().unwrap_or_default().to_owned()
    }

    /// Moves an invoice's current link back in time, as if nobody had used it for so long.
    pub async fn let_link_rest(&self, bill: &Bill, seconds: i64) {
        let invoice = self.read(&bill.id).await;
        let link = invoice["link"]["id"].as_str().expect("a link");
        let expires = invoice["link"]["expires_at"].as_str().expect("a time");
        let expires: jiff::Timestamp = expires.parse().expect("a timestamp");
        let moved = expires - jiff::SignedDuration::from_secs(seconds);
        let active = moved - jiff::SignedDuration::from_hours(7 * 24 + 1);
        let values = json!({ ":at": { "S": active.to_string() },
                             ":due": { "N": moved.as_second().to_string() } });
        let key = (format!("INVOICE#{}", bill.id), format!("3#link#{link}"));
        let expression = "SET last_active_at = :at, due_at = :due";
        self.aws.update_item((&key.0, &key.1), expression, values).await;
    }
}
