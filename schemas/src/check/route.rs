//! Routes: method and path parse, name fields of the entity, and answer to one operation each.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::view::operation_kind;
use super::{EntityView, Kind, Scope, View};
use crate::draft::{FieldDraft, OperationDraft};
use crate::model::{Method, OperationKind, operation_path_fields};
use crate::name::is_snake;
use crate::place::Located;
use crate::problem::{Code, Problem, Problems};
use crate::suggest::suggest;

pub(crate) fn check(view: &View<'_>, problems: &mut Problems) {
    if view.scope == Scope::Alone {
        return;
    }
    let mut seen: HashMap<String, &Located<String>> = HashMap::new();
    for entity in &view.entities {
        for (name, operation) in entity.operations() {
            let Some(http) = &operation.http else { continue };
            let (method, path) = match route(http) {
                Ok(route) => route,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            if let Some(kind) = operation_kind(&name.value, operation) {
                verb(http, method, kind, problems);
                parameters(entity, operation, http, kind, problems);
            }
            match seen.get(&shape(method, path)) {
                Some(first) => problems.push(
                    Problem::new(
                        Code::DuplicateRoute,
                        http.place,
                        format!("two operations answer `{}`", shape(method, path)),
                    )
                    .label(first.place, "the other operation")
                    .help("give one of them another path"),
                ),
                None => {
                    seen.insert(shape(method, path), http);
                }
            }
        }
    }
}

/// The method and the path, or what is wrong with them.
pub(crate) fn route(http: &Located<String>) -> Result<(Method, &str), Problem> {
    let refuse = |range: Range<usize>, message: String, help: &str| {
        Problem::new(Code::InvalidRoute, http.within(range), message).help(help)
    };
    let all = 0..http.value.len();
    let example = "write a method and a path, for example `GET /orders/{order_id}`";
    let Some((word, path)) = http.value.split_once(' ') else {
        return Err(refuse(all, format!("`{}` is not a method and a path", http.value), example));
    };
    let Some(method) = Method::from_word(word) else {
        let help = suggest(word, Method::WORDS.iter().copied()).unwrap_or_default();
        return Err(refuse(0..word.len(), format!("unknown method `{word}`"), &help));
    };
    let start = word.len() + 1;
    let Some(rest) = path.strip_prefix('/') else {
        let message = format!("the path `{path}` does not begin with `/`");
        return Err(refuse(start..all.end, message, example));
    };
    let mut at = start + 1;
    let mut fields: HashSet<&str> = HashSet::new();
    for segment in rest.split('/') {
        let range = at..at + segment.len();
        at = range.end + 1;
        if segment.is_empty() {
            let message = format!("the path `{path}` has an empty part");
            let help = "remove the `/` that has nothing after it, or write a word there";
            return Err(refuse(range.start - 1..range.start, message, help));
        }
        // Clients and proxies resolve `.` and `..` before a request is sent.
        let dots = segment.chars().all(|c| c == '.');
        let literal =
            !dots && segment.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
        let field = segment
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
            .filter(|text| is_snake(text));
        if !literal && field.is_none() {
            let help =
                "between slashes stands a word of letters, digits and `- . _ ~`, or one `{field}`";
            return Err(refuse(range, format!("`{segment}` cannot stand in a path"), help));
        }
        if field.is_some_and(|field| !fields.insert(field)) {
            let message = format!("the path names `{segment}` twice");
            return Err(refuse(range, message, "name each field once"));
        }
    }
    if rest.split('/').next() == Some("_local") {
        let message = "paths below `/_local` are the local platform's own".to_owned();
        return Err(refuse(start..all.end, message, "choose another path"));
    }
    Ok((method, path))
}

/// Caches, crawlers and browsers repeat a `GET` at will, so it must not write.
fn verb(http: &Located<String>, method: Method, kind: OperationKind, problems: &mut Problems) {
    let allowed: &[Method] = match kind {
        OperationKind::Get | OperationKind::List => &[Method::Get],
        OperationKind::Create => &[Method::Post, Method::Put],
        OperationKind::Update => &[Method::Patch],
        OperationKind::Delete => &[Method::Delete],
        OperationKind::Restore | OperationKind::Transition => &[Method::Post],
    };
    if !allowed.contains(&method) {
        let words: Vec<String> =
            allowed.iter().map(|method| format!("`{}`", method.word())).collect();
        let message = format!(
            "`{}` is not the method of an operation of kind `{}`",
            method.word(),
            kind.word()
        );
        problems.push(
            Problem::new(Code::InvalidRoute, http.within(0..method.word().len()), message)
                .help(format!("write {}", words.join(" or "))),
        );
    }
}

/// A parameter that no part of the operation reads is a mistake in one or the other.
fn parameters(
    entity: &EntityView<'_>,
    operation: &OperationDraft,
    http: &Located<String>,
    kind: OperationKind,
    problems: &mut Problems,
) {
    let read = read_fields(entity, operation, kind);
    for field in placed_fields(http) {
        if entity.field(&field.value).is_none() {
            super::entity::unknown_field(entity, &field, problems);
        } else if read.as_ref().is_some_and(|read| !read.contains(&field.value.as_str())) {
            problems.push(
                Problem::new(
                    Code::PathMismatch,
                    field.place,
                    format!("nothing in the operation reads `{{{}}}`", field.value),
                )
                .help("remove it from the path"),
            );
        }
    }
    let says_parent =
        |parent: &&str| operation_path_fields(&http.value).any(|field| field == *parent);
    let creates = kind == OperationKind::Create;
    let parent = entity.parent().filter(|parent| entity.clear && !says_parent(parent));
    if let Some(parent) = parent.filter(|_| creates) {
        problems.push(
            Problem::new(
                Code::PathMismatch,
                http.place,
                format!(
                    "the path does not say which `{{{parent}}}` the new `{}` belongs to",
                    entity.name
                ),
            )
            .help(format!("put `{{{parent}}}` into the path")),
        );
    }
}

/// The fields that the operation would take from a path; none where that is not known.
fn read_fields<'v>(
    entity: &'v EntityView<'_>,
    operation: &OperationDraft,
    kind: OperationKind,
) -> Option<Vec<&'v str>> {
    let mut read: Vec<&str> = entity.parent().into_iter().collect();
    match (&operation.access, kind) {
        (_, OperationKind::Create) => {
            let given = |(name, field): &&(Located<String>, FieldDraft)| {
                Kind::of(field).is_some_and(super::operation::fits_query)
                    && super::input::set_otherwise(entity, &name.value, field).is_none()
            };
            read.extend(entity.fields().filter(given).map(|(name, _)| name.value.as_str()));
        }
        (Some(name), OperationKind::Get | OperationKind::List) => {
            let (partition, _) = entity.templates(entity.access(&name.value)?)?;
            read.extend(partition.fields());
        }
        _ => {
            let templates = [entity.partition.as_ref()?, entity.sort.as_ref()?];
            if !templates.iter().all(|template| super::key::all_fit(entity, template, true)) {
                return None;
            }
            read.extend(templates.iter().flat_map(|template| template.fields()));
        }
    }
    Some(read)
}

/// The fields that a route names, each with its place.
fn placed_fields(http: &Located<String>) -> Vec<Located<String>> {
    let mut at = 0;
    let mut fields = Vec::new();
    for segment in http.value.split('/') {
        let range = at..at + segment.len();
        at = range.end + 1;
        fields.extend(
            operation_path_fields(segment)
                .map(|name| Located::new(name.to_owned(), http.within(range.clone()))),
        );
    }
    fields
}

/// The route with its parameters unnamed: what decides which requests it answers.
fn shape(method: Method, path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{…}" } else { segment });
    format!("{} {}", method.word(), segments.collect::<Vec<_>>().join("/"))
}

/// The fields whose values an operation knows before it reads: the path's, and the owner's, who is
/// the caller. Of a public operation's caller nothing is known.
pub(crate) fn known_fields<'a>(
    entity: &EntityView<'a>,
    operation: &'a OperationDraft,
) -> Vec<&'a str> {
    let path = operation.http.as_ref().map_or("", |http| http.value.as_str());
    let public = operation.public.as_ref().is_some_and(|public| public.value);
    operation_path_fields(path).chain(entity.owner().filter(|_| !public)).collect()
}
