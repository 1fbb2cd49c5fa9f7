//! A pattern without `$or`: fields that must all pass their tests, and how an event is matched with them.
//!
//! Where an event has a list of objects, all fields below it must pass in the same object of the list. EventBridge
//! looks at the fields in the order of their paths. Until one is found to be there, no object of the list is chosen,
//! and `exists: false` speaks of all of them; from then on it speaks of the chosen one.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::event::{any_scalar, has_scalar, objects};
use super::test::Test;

/// Fields that must all pass.
#[derive(Debug)]
pub(super) struct Alternative {
    root: Node,
    leaves: Vec<Arc<Leaf>>,
}

/// A field and its tests, of which one must succeed.
#[derive(Debug)]
pub(super) struct Leaf {
    /// The names from the event down.
    pub(super) path: Vec<Step>,
    /// The list of tests in the pattern.
    pub(super) pointer: String,
    /// The tests, each with its place in the pattern.
    pub(super) tests: Vec<(String, Test)>,
}

/// A name in a path.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) name: String,
    /// Where the pattern says it.
    pub(super) pointer: String,
}

impl Leaf {
    /// Whether the values that the event has here pass.
    fn passes(&self, value: Option<&Value>) -> bool {
        let mut there = false;
        let passes = value.is_some_and(|value| {
            any_scalar(value, &mut |scalar| {
                there = true;
                self.tests.iter().any(|(_, test)| test.accepts(scalar))
            })
        });
        passes || !there && self.accepts_absence()
    }

    pub(super) fn accepts_absence(&self) -> bool {
        self.tests.iter().any(|(_, test)| test.accepts_absence())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.path.iter().map(|step| step.name.as_str())
    }
}

#[derive(Debug, Default)]
struct Node {
    children: Vec<(String, Child)>,
}

#[derive(Debug)]
enum Child {
    Leaf(Arc<Leaf>),
    Node(Node),
}

/// Two leaves of which one is the other, or lies within it.
pub(super) struct Clash(pub(super) Arc<Leaf>, pub(super) Arc<Leaf>);

impl Alternative {
    /// Puts fields together.
    pub(super) fn new(leaves: Vec<Arc<Leaf>>) -> Result<Self, Clash> {
        let mut root = Node::default();
        for leaf in &leaves {
            root.insert(&leaf.path, leaf).map_err(|other| Clash(other, Arc::clone(leaf)))?;
        }
        root.sort();
        Ok(Self { root, leaves })
    }

    /// The fields, in the order written.
    pub(super) fn leaves(&self) -> &[Arc<Leaf>] {
        &self.leaves
    }

    /// Whether an event matches whose names have no dots.
    pub(super) fn matches(&self, event: &Value) -> bool {
        event.as_object().is_some_and(|event| self.root.passes_in(Some(event)))
    }
}

impl Node {
    /// Adds a leaf; else tells the one that is in its way.
    fn insert(&mut self, path: &[Step], leaf: &Arc<Leaf>) -> Result<(), Arc<Leaf>> {
        let [step, rest @ ..] = path else { return Ok(()) };
        let found = self.children.iter_mut().find(|(name, _)| *name == step.name);
        match (found, rest) {
            (None, []) => self.children.push((step.name.clone(), Child::Leaf(Arc::clone(leaf)))),
            (None, _) => {
                let mut node = Self::default();
                node.insert(rest, leaf)?;
                self.children.push((step.name.clone(), Child::Node(node)));
            }
            (Some((_, Child::Leaf(other))), _) => return Err(Arc::clone(other)),
            (Some((_, Child::Node(node))), []) => return node.first().map_or(Ok(()), Err),
            (Some((_, Child::Node(node))), _) => node.insert(rest, leaf)?,
        }
        Ok(())
    }

    fn first(&self) -> Option<Arc<Leaf>> {
        self.children.iter().find_map(|(_, child)| match child {
            Child::Leaf(leaf) => Some(Arc::clone(leaf)),
            Child::Node(node) => node.first(),
        })
    }

    /// Brings the leaves into the order of their paths, in which `a-b` stands before `a.b`.
    fn sort(&mut self) {
        let key = |(name, child): &(String, Child)| match child {
            Child::Leaf(_) => name.clone(),
            Child::Node(_) => format!("{name}."),
        };
        self.children.sort_by_cached_key(key);
        for (_, child) in &mut self.children {
            if let Child::Node(node) = child {
                node.sort();
            }
        }
    }

    fn passes(&self, value: Option<&Value>) -> bool {
        let mut found = Vec::new();
        match value {
            Some(Value::Object(fields)) => return self.passes_in(Some(fields)),
            Some(value) => objects(value, &mut found),
            None => {}
        }
        match found[..] {
            [] => self.passes_in(None),
            [only] => self.passes_in(Some(only)),
            _ => self.passes_in_one_of(&found),
        }
    }

    fn passes_in(&self, fields: Option<&Map<String, Value>>) -> bool {
        self.children.iter().all(|(name, child)| {
            let value = fields.and_then(|fields| fields.get(name));
            match child {
                Child::Leaf(leaf) => leaf.passes(value),
                Child::Node(node) => node.passes(value),
            }
        })
    }

    fn passes_in_one_of(&self, of: &[&Map<String, Value>]) -> bool {
        let mut trail = Vec::new();
        match self.look(of, &mut trail) {
            Look::Missing => false,
            Look::Nothing => true,
            Look::Found => of.iter().any(|one| reaches(one, &trail) && self.passes_in(Some(one))),
        }
    }

    /// Looks for the first leaf that any of the objects has; its path is then the trail.
    fn look<'p>(&'p self, of: &[&Map<String, Value>], trail: &mut Vec<&'p str>) -> Look {
        for (name, child) in &self.children {
            let mut values = of.iter().filter_map(|fields| fields.get(name));
            trail.push(name);
            match child {
                Child::Leaf(_) if values.any(has_scalar) => return Look::Found,
                Child::Leaf(leaf) if !leaf.accepts_absence() => return Look::Missing,
                Child::Leaf(_) => {}
                Child::Node(node) => {
                    let mut found = Vec::new();
                    values.for_each(|value| objects(value, &mut found));
                    match node.look(&found, trail) {
                        Look::Nothing => {}
                        look => return look,
                    }
                }
            }
            trail.pop();
        }
        Look::Nothing
    }
}

/// What is found of a pattern in several objects.
enum Look {
    /// A leaf that one of them has.
    Found,
    /// A leaf is in none of them, and must be.
    Missing,
    /// No leaf, and none that must be.
    Nothing,
}

/// Whether an object has a value at this path.
fn reaches(fields: &Map<String, Value>, trail: &[&str]) -> bool {
    let [name, rest @ ..] = trail else { return false };
    let Some(value) = fields.get(*name) else { return false };
    if rest.is_empty() {
        return has_scalar(value);
    }
    let mut found = Vec::new();
    objects(value, &mut found);
    found.iter().any(|fields| reaches(fields, rest))
}
