//! Receipts, and files of rejected rows, in S3. Must never make an object public or name one by what a payer typed.
use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use domain::Invoice;
use ulid::Ulid;

use crate::Fault;

/// Largest file read back, in bytes; an API Gateway answer takes 6 MB as base64.
const FILE_MAX: i64 = 4 * 1024 * 1024;

/// The bucket.
#[derive(Clone, Debug)]
pub struct Files {
    client: Client,
    bucket: String,
}

/// Where the rejected rows of an import are kept.
pub fn rejects_key(tenant: &str, import: Ulid) -> String {
    format!("imports/{tenant}/{import}.csv")
}

/// Where the receipt of a payment is kept: the same place however often it is made.
pub fn receipt_key(invoice: &Invoice, payment: Ulid) -> String {
    format!("receipts/{}/{}/{payment}.pdf", invoice.tenant, invoice.id)
}

impl Files {
    /// A bucket by name.
    pub fn new(client: Client, bucket: String) -> Self {
        Self { client, bucket }
    }

    /// Stores a receipt.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn put_receipt(&self, key: &str, pdf: Vec<u8>) -> Result<(), Fault> {
        self.put(key, "application/pdf", pdf).await
    }

    /// Stores the rejected rows of an import.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn put_rejects(&self, key: &str, csv: Vec<u8>) -> Result<(), Fault> {
        self.put(key, "text/csv; charset=utf-8", csv).await
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn receipt(&self, key: &str) -> Result<Vec<u8>, Fault> {
        self.get(key).await
    }

    /// Reads the rejected rows of an import.
    ///
    /// # Errors
    /// [`Fault::Files`].
    pub async fn rejects(&self, key: &str) -> Result<Vec<u8>, Fault> {
        self.get(key).await
    }

    async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| fault("put file", &error))?;
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Vec<u8>, Fault> {
        let object = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
            .map_err(|error| fault("get file", &error))?;
        if object.content_length().is_some_and(|length| length > FILE_MAX) {
            return Err(Fault::Files("file too large".to_owned()));
        }
        let body = object.body.collect().await;
        let bytes = body.map_err(|error| Fault::Files(crate::fault::chain(&error)))?;
        Ok(bytes.to_vec())
    }
}

fn fault(doing: &str, error: &impl ProvideErrorMetadata) -> Fault {
    Fault::Files(format!("{doing}: {}", error.code().unwrap_or("no answer")))
}
