//! The AWS SDK's own types, for what the repositories do not offer.

pub use aws_sdk_dynamodb::Client;
pub use aws_sdk_dynamodb::types::AttributeValue;
