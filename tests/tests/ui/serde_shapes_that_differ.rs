use purlin::Attribute;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, Attribute)]
#[serde(tag = "kind")]
enum State {
    Sent,
    #[serde(other)]
    Lost,
}

#[derive(Serialize, Deserialize, Attribute)]
#[serde(from = "String", into = "String")]
#[derive(Clone)]
struct Label {
    #[serde(alias = "town")]
    city: String,
}

impl From<String> for Label {
    fn from(city: String) -> Self {
        Self { city }
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.city
    }
}

fn main() {}
