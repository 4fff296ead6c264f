//! Dead-letter queues: how many messages wait in each for somebody to look.
//! Must never receive or delete a message: to redrive one is an engineer's decision.
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Serialize;

use crate::Fault;

/// The dead-letter queues of the stack.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    client: Client,
    queues: Vec<Queue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Queue {
    name: String,
    url: String,
}

/// A queue that is not empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What the queue is for, such as `mail`.
    pub name: String,
    /// Messages in it, about; 1 or more.
    pub waiting: u32,
}

impl DeadLetters {
    /// The queues of a setting such as `mail=https://… receipts=https://…`.
    ///
    /// # Errors
    /// [`Fault::Config`] if a part has no name or no address.
    pub fn new(client: Client, setting: &str) -> Result<Self, Fault> {
        Ok(Self { client, queues: read_queues(setting)? })
    }

    /// The queues that are not empty, in the setting's order.
    ///
    /// # Errors
    /// [`Fault::Queues`]: a queue that cannot be asked must not pass for an empty one.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, Fault> {
        let mut waiting = Vec::new();
        for queue in &self.queues {
            let count = self.count(queue).await?;
            if count > 0 {
                waiting.push(Waiting { name: queue.name.clone(), waiting: count });
            }
        }
        Ok(waiting)
    }

    async fn count(&self, queue: &Queue) -> Result<u32, Fault> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let asked = self.client.get_queue_attributes().queue_url(&queue.url);
        let answer = asked.attribute_names(name.clone()).send().await;
        let unknown = |cause: String| Fault::Queues(format!("{}: {cause}", queue.name));
        let answer = answer.map_err(|error| unknown(crate::fault::chain(&error)))?;
        let count = answer.attributes().and_then(|attributes| attributes.get(&name));
        let count = count.and_then(|count| count.parse().ok());
        count.ok_or_else(|| unknown("no count in the answer".to_owned()))
    }
}

fn read_queues(setting: &str) -> Result<Vec<Queue>, Fault> {
    let read = |part: &str| {
        let (name, url) = part.split_once('=').filter(|(name, url)| {
            !name.is_empty() && (url.starts_with("https://") || url.starts_with("http://"))
        })?;
        Some(Queue { name: name.to_owned(), url: url.to_owned() })
    };
    let queues: Option<Vec<Queue>> = setting.split_whitespace().map(read).collect();
    queues.ok_or_else(|| {
        Fault::Config("DEAD_LETTERS: write name=url, with a space between".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_read_by_name_and_a_part_without_one_is_refused() {
        let queues = read_queues("mail=https://sqs/1/a?x=y receipts=http://sqs/1/b").unwrap();
        let named: Vec<_> =
            queues.iter().map(|one| (one.name.as_str(), one.url.as_str())).collect();
        assert_eq!(named, [("mail", "https://sqs/1/a?x=y"), ("receipts", "http://sqs/1/b")]);
        for setting in ["mail", "=https://sqs/1/a", "mail=", "mail=sqs", "a=https://x b"] {
            assert!(read_queues(setting).is_err(), "{setting}");
        }
        assert_eq!(read_queues("").unwrap(), []);
    }
}
