//! The table's stream, which tells of each write what the item was and what it is.

use anyhow::{bail, ensure};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{StreamSpecification, StreamViewType, TableDescription};

/// What the stream of a table is to hold.
pub(super) fn specification() -> anyhow::Result<StreamSpecification> {
    let both = StreamViewType::NewAndOldImages;
    Ok(StreamSpecification::builder().stream_enabled(true).stream_view_type(both).build()?)
}

/// Gives the table a stream, if it has none. Whether it was given one.
///
/// # Errors
/// DynamoDB refuses, or the table has a stream that holds less, which cannot be changed while others may read it.
pub(super) async fn ensure(
    client: &Client,
    table: &str,
    found: &TableDescription,
) -> anyhow::Result<bool> {
    let enabled = found.stream_specification().filter(|stream| stream.stream_enabled());
    if let Some(stream) = enabled {
        ensure!(
            matches!(stream.stream_view_type(), None | Some(StreamViewType::NewAndOldImages)),
            "the stream of the table `{table}` does not hold new and old images: switch it off first, or use another \
             data file",
        );
        return Ok(false);
    }
    let update = client.update_table().table_name(table).stream_specification(specification()?);
    match update.send().await {
        Ok(_) => Ok(true),
        Err(error) => {
            bail!("cannot give the table `{table}` a stream: {}", DisplayErrorContext(error))
        }
    }
}
