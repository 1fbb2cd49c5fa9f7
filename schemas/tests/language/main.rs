//! The schema language from outside: folders of documents in, a model or a report out.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use purlin_schema::Code;

mod accesses;
mod alone;
mod api_keys;
mod arbitrary;
mod collections;
mod contracts;
mod costs;
mod counters;
mod delivery;
mod editor;
mod emits;
mod event_costs;
mod files;
mod folder;
mod keys;
mod lifetimes;
mod names;
mod operations;
mod patterns;
mod permissions;
mod projections;
mod reactions;
mod reading;
mod several;
mod states;
mod subscribers;
mod templates;
mod types;
mod uniques;
mod upcasts;
mod visibility;

#[test]
fn the_documents_beside_this_crate_are_valid() {
    if let Err(refusal) = purlin_schema::compile(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        panic!("{}", refusal.render(false));
    }
}

#[test]
fn every_code_has_a_case() {
    let mut shown: HashSet<String> = HashSet::new();
    for folder in fs::read_dir(folder::reports()).expect("reports") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("a folder") {
            let text = fs::read_to_string(file.expect("a file").path()).expect("a report");
            let codes = text.split("error[").skip(1).filter_map(|rest| rest.split_once(']'));
            shown.extend(codes.map(|(code, _)| code.to_owned()));
        }
    }
    let all = Code::ALL.iter().map(|code| code.as_str());
    let missing: Vec<&str> = all.filter(|code| !shown.contains(*code)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn codes_are_told_apart_and_explained() {
    let texts: HashSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(texts.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(code.meaning().ends_with('.'), "{code}: {:?}", code.meaning());
    }
}
