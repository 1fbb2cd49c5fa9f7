//! What an operation answers with.

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::guarded::Veil;
use crate::precondition;
use crate::{Authority, Entity, Guarded, IssuedKey, Page, Row};

mod kept;

/// The answer of an operation.
#[derive(Clone, Debug)]
#[must_use = "an answer is to be returned"]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Option<String>,
    nature: Nature,
}

/// What an answer is, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nature {
    /// It may be given again.
    Plain,
    /// It tells a secret, this once.
    Secret,
    /// It has been given before.
    Repeated,
}

impl Response {
    /// `value` as JSON, under any status.
    ///
    /// # Errors
    ///
    /// Internal if `value` cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Result<Self> {
        let body = serde_json::to_string(value).map_err(Error::internal)?;
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self { status, headers, body: Some(body), nature: Nature::Plain })
    }

    /// 200 with `value` as JSON.
    ///
    /// # Errors
    ///
    /// Internal if `value` cannot be written as JSON.
    pub fn ok<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        Self::json(StatusCode::OK, value)
    }

    /// 200 with an entity, and its version as the `ETag`.
    ///
    /// An entity with fields that some callers do not see is answered by [`entity_for`](Self::entity_for); with this
    /// function it does not compile.
    ///
    /// # Errors
    ///
    /// Internal if `entity` cannot be written as JSON.
    pub fn entity<E: Entity + Serialize>(entity: &E) -> Result<Self> {
        const { seen_by_everybody::<E>() };
        Ok(Self::ok(entity)?.versioned(entity))
    }

    /// 201 with the entity created, where it lives from now on, and its version as the `ETag`.
    ///
    /// An entity with fields that some callers do not see is answered by [`created_for`](Self::created_for); with
    /// this function it does not compile.
    ///
    /// # Errors
    ///
    /// Internal if `entity` cannot be written as JSON, or `location` is not visible ASCII.
    pub fn created<E: Entity + Serialize>(location: impl AsRef<str>, entity: &E) -> Result<Self> {
        const { seen_by_everybody::<E>() };
        Self::json(StatusCode::CREATED, entity)?
            .versioned(entity)
            .header(LOCATION, location.as_ref())
    }

    /// As [`created`](Self::created), with the API key itself under `key`: this once, and nowhere else.
    ///
    /// # Errors
    ///
    /// As [`created`](Self::created).
    pub fn issued<E: Entity + Serialize>(
        location: impl AsRef<str>,
        entity: &E,
        key: &IssuedKey,
    ) -> Result<Self> {
        const { seen_by_everybody::<E>() };
        let body = serde_json::to_value(entity).map_err(Error::internal)?;
        Self::issued_as(body, location, entity, key)
    }

    /// [`issued`](Self::issued) as the caller may see it: without the guarded fields that it may not.
    ///
    /// # Errors
    ///
    /// As [`created_for`](Self::created_for).
    pub fn issued_for<E: Entity + Serialize>(
        authority: &impl Authority,
        location: impl AsRef<str>,
        entity: &E,
        key: &IssuedKey,
    ) -> Result<Self> {
        let body = Veil::of::<E>(authority).over(entity)?;
        Self::issued_as(body, location, entity, key)
    }

    fn issued_as<E: Entity>(
        mut body: serde_json::Value,
        location: impl AsRef<str>,
        entity: &E,
        key: &IssuedKey,
    ) -> Result<Self> {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("key".to_owned(), key.expose().into());
        }
        let answer = Self::json(StatusCode::CREATED, &body)?.versioned(entity);
        Self { nature: Nature::Secret, ..answer }.header(LOCATION, location.as_ref())
    }

    /// [`entity`](Self::entity) as the caller may see it: without the guarded fields that it may not.
    ///
    /// ```
    /// # use purlin::{Context, Entity, Permissions, Response, Result};
    /// # #[derive(Clone, Copy, Permissions)]
    /// # enum Permission { #[permission("parcel:open")] ParcelOpen }
    /// #[derive(serde::Serialize, Entity)]
    /// #[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
    /// struct Parcel {
    ///     parcel_id: String,
    ///     #[entity(read_by = parcel::Open)]
    ///     code: String,
    /// }
    ///
    /// fn answer(ctx: &Context, parcel: &Parcel) -> Result<Response> {
    ///     Response::entity_for(ctx, parcel)
    /// }
    /// # fn main() { let _: fn(&Context, &Parcel) -> Result<Response> = answer; }
    /// ```
    ///
    /// The same with the function that shows everything does not compile:
    ///
    /// ```compile_fail
    /// # use purlin::{Context, Entity, Permissions, Response, Result};
    /// # #[derive(Clone, Copy, Permissions)]
    /// # enum Permission { #[permission("parcel:open")] ParcelOpen }
    /// #[derive(serde::Serialize, Entity)]
    /// #[entity(partition = "PARCEL#{parcel_id}", sort = "METADATA")]
    /// struct Parcel {
    ///     parcel_id: String,
    ///     #[entity(read_by = parcel::Open)]
    ///     code: String,
    /// }
    ///
    /// fn answer(ctx: &Context, parcel: &Parcel) -> Result<Response> {
    ///     Response::entity(parcel)
    /// }
    /// # fn main() { let _: fn(&Context, &Parcel) -> Result<Response> = answer; }
    /// ```
    ///
    /// # Errors
    ///
    /// Internal if `entity` cannot be written as JSON.
    pub fn entity_for<E: Entity + Serialize>(
        authority: &impl Authority,
        entity: &E,
    ) -> Result<Self> {
        Ok(Self::part_for::<E>(authority, entity)?.versioned(entity))
    }

    /// [`created`](Self::created) as the caller may see it: without the guarded fields that it may not.
    ///
    /// # Errors
    ///
    /// Internal if `entity` cannot be written as JSON, or `location` is not visible ASCII.
    pub fn created_for<E: Entity + Serialize>(
        authority: &impl Authority,
        location: impl AsRef<str>,
        entity: &E,
    ) -> Result<Self> {
        let answer = Self::entity_for(authority, entity)?;
        Self { status: StatusCode::CREATED, ..answer }.header(LOCATION, location.as_ref())
    }

    /// 200 with a page, of each item what the caller may see.
    ///
    /// # Errors
    ///
    /// Internal if an item cannot be written as JSON.
    pub fn page_for<R: Row + Serialize>(
        authority: &impl Authority,
        page: &Page<R>,
    ) -> Result<Self> {
        let veil = Veil::of::<R::Entity>(authority);
        if veil.is_open() {
            return Self::ok(page);
        }
        let items = page.items.iter().map(|item| veil.over(item)).collect::<Result<_>>()?;
        Self::ok(&Page { items, next_cursor: page.next_cursor.clone() })
    }

    /// 200 with some fields of an `E` under their own names, of which the caller gets those that it may see.
    ///
    /// Where the part does not say whose it is, a caller who may see a field of its own items sees it only if the
    /// operation reaches nothing else.
    ///
    /// # Errors
    ///
    /// Internal if `part` cannot be written as JSON.
    pub fn part_for<E: Entity>(
        authority: &impl Authority,
        part: &(impl Serialize + ?Sized),
    ) -> Result<Self> {
        let veil = Veil::of::<E>(authority);
        if veil.is_open() { Self::ok(part) } else { Self::ok(&veil.over(part)?) }
    }

    /// 204: done, and nothing to say.
    pub fn no_content() -> Self {
        let (status, headers) = (StatusCode::NO_CONTENT, HeaderMap::new());
        Self { status, headers, body: None, nature: Nature::Plain }
    }

    /// Adds the version of what is answered, as a strong `ETag`.
    pub fn etag(mut self, version: u64) -> Self {
        if let Ok(tag) = HeaderValue::try_from(precondition::tag(version)) {
            self.headers.insert(ETAG, tag);
        }
        self
    }

    /// Sets a header.
    ///
    /// # Errors
    ///
    /// Internal if `value` is not visible ASCII.
    pub fn header(mut self, name: HeaderName, value: &str) -> Result<Self> {
        let value = HeaderValue::from_str(value).map_err(Error::internal)?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it is the answer to an earlier request, given again to one with the same `Idempotency-Key`: this time
    /// nothing was done.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        self.nature == Nature::Repeated
    }

    fn versioned<E: Entity>(self, entity: &E) -> Self {
        match entity.version() {
            Some(version) => self.etag(version),
            None => self,
        }
    }

    pub(crate) fn problem(status: StatusCode, body: String) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        Self { status, headers, body: Some(body), nature: Nature::Plain }
    }

    pub(crate) fn insert(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }
}

/// What is answered whole hides nothing from whoever asks.
const fn seen_by_everybody<E: Entity>() {
    assert!(
        !Guarded::conceal(E::GUARDED),
        "some callers do not see all of this entity: answer with `Response::entity_for` or `Response::created_for`"
    );
}

impl From<Response> for ApiGatewayV2httpResponse {
    fn from(response: Response) -> Self {
        let mut answer = Self::default();
        answer.status_code = i64::from(response.status.as_u16());
        answer.headers = response.headers;
        answer.body = response.body.map(Body::Text);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamodb::AttributeValue;
    use crate::{AttributeError, Index, Item, Template};

    /// Enough of an entity to be answered with; it is stored nowhere.
    #[derive(Serialize)]
    struct Thing {
        name: &'static str,
        version: Option<u64>,
    }

    impl Entity for Thing {
        type Key<'k> = ();
        const NAME: &'static str = "Thing";
        const PARTITION: Template = &[];
        const SORT: Option<Template> = None;
        const INDEXES: &'static [Index] = &[];
        const VERSION: Option<&'static str> = None;
        const OWNER: Option<&'static str> = None;
        const SET_ON_WRITE: &'static [&'static str] = &[];
        const KEY_ATTRIBUTES: &'static [&'static str] = &[];

        fn key_values((): ()) -> Vec<(&'static str, AttributeValue)> {
            Vec::new()
        }

        fn key(&self) {}

        fn to_item(&self) -> Item {
            Item::new()
        }

        fn from_item(_: Item) -> Result<Self, AttributeError> {
            Ok(Self { name: "bolt", version: None })
        }

        fn version(&self) -> Option<u64> {
            self.version
        }
    }

    fn header(response: &Response, name: &HeaderName) -> Option<String> {
        response.headers.get(name).map(|value| value.to_str().expect("visible ASCII").to_owned())
    }

    #[test]
    fn an_entity_carries_its_version_as_a_strong_tag() {
        let response =
            Response::entity(&Thing { name: "bolt", version: Some(7) }).expect("it is JSON");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, &ETAG).as_deref(), Some("\"7\""));
        assert_eq!(response.body.as_deref(), Some(r#"{"name":"bolt","version":7}"#));

        let response =
            Response::entity(&Thing { name: "bolt", version: None }).expect("it is JSON");
        assert_eq!(header(&response, &ETAG), None);
    }

    #[test]
    fn what_is_created_says_where_it_lives() {
        let response = Response::created("/things/7", &Thing { name: "bolt", version: Some(1) })
            .expect("it is JSON");
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(header(&response, &LOCATION).as_deref(), Some("/things/7"));
        assert_eq!(header(&response, &ETAG).as_deref(), Some("\"1\""));
    }

    #[test]
    fn a_header_cannot_be_split() {
        let error = Response::no_content()
            .header(LOCATION, "/things\r\nset-cookie: a=b")
            .expect_err("two lines");
        assert_eq!(error.code(), "internal");
    }

    #[test]
    fn an_answer_becomes_api_gateways() {
        let answer: ApiGatewayV2httpResponse = Response::no_content().etag(3).into();
        assert_eq!((answer.status_code, answer.body, answer.is_base64_encoded), (204, None, false));
        assert_eq!(answer.headers["etag"], "\"3\"");

        let answer: ApiGatewayV2httpResponse = Response::ok(&["é"]).expect("it is JSON").into();
        assert_eq!(
            (answer.status_code, answer.body),
            (200, Some(Body::Text("[\"é\"]".to_owned())))
        );
    }
}
