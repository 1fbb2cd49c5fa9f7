//! The codes of problems: stable, one per rule, each with a case of its own in the tests.

use std::fmt;

macro_rules! codes {
    ($( #[doc = $doc:literal] $variant:ident = $text:literal, )*) => {
        /// Which rule is broken. The text form is stable and kebab-case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $( #[doc = $doc] $variant, )* }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The text form, for example `duplicate-key-space`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// What the code means, in a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $doc.trim_ascii(),)* }
            }
        }
    };
}

codes! {
    // Reading.
    /// A file or folder cannot be read.
    UnreadableFile = "unreadable-file",
    /// A file is not UTF-8.
    NotUtf8 = "not-utf-8",
    /// A file is larger than any schema should be.
    FileTooLarge = "file-too-large",
    /// A file stands where no document is expected.
    UnknownDocument = "unknown-document",
    /// A document that must exist does not.
    MissingDocument = "missing-document",
    /// The TOML itself is malformed.
    TomlSyntax = "toml-syntax",
    /// A key the language does not know.
    UnknownKey = "unknown-key",
    /// A key that must be there is not.
    MissingKey = "missing-key",
    /// A value of another type than the language expects.
    WrongType = "wrong-type",

    // Names.
    /// A name that is not of the form its kind of thing needs.
    InvalidName = "invalid-name",
    /// A name that Rust or the platform keeps for itself.
    ReservedWord = "reserved-word",
    /// Two things share a name.
    DuplicateName = "duplicate-name",
    /// A field that does not exist.
    UnknownField = "unknown-field",
    /// An entity that does not exist.
    UnknownEntity = "unknown-entity",

    // Types.
    /// A field type that does not exist.
    UnknownType = "unknown-type",
    /// A word that is not one of the few its key takes.
    UnknownWord = "unknown-word",
    /// A type lacks what it cannot do without, such as an enum its values.
    IncompleteType = "incomplete-type",
    /// An option that does not apply where it is written, such as to the field's type.
    InapplicableOption = "inapplicable-option",
    /// Limits that exclude each other.
    ImpossibleLimit = "impossible-limit",
    /// A default, or what an upcast sets, of another type or outside the field's own limits.
    InvalidDefault = "invalid-default",
    /// An enum's values are malformed or repeated.
    InvalidValues = "invalid-values",
    /// A duration that is no whole number and unit, or no time that anything lasts.
    InvalidDuration = "invalid-duration",

    // Keys and access patterns.
    /// A key template that does not parse.
    InvalidTemplate = "invalid-template",
    /// A field whose type or absence makes it unfit for a key.
    UnfitForKey = "unfit-for-key",
    /// Two entities could write the same primary key.
    DuplicateKeySpace = "duplicate-key-space",
    /// Two patterns share a part of an index, so that one would read the other's items.
    MixedAccessPattern = "mixed-access-pattern",
    /// An index that does not exist.
    UnknownIndex = "unknown-index",
    /// An access pattern that does not exist.
    UnknownAccessPattern = "unknown-access-pattern",
    /// An operation whose partition is not known when it runs.
    NeedsScan = "needs-scan",
    /// A write that sets one component of an index key without the others.
    PartialIndexKey = "partial-index-key",

    // Entities.
    /// The version, owner, parent, expiry or deletion names a field unfit for it.
    UnfitField = "unfit-field",
    /// A field set by the platform, or part of the key, is taken as input.
    NotAnInput = "not-an-input",
    /// A create leaves a required field without a value.
    MissingInput = "missing-input",
    /// An entity that others refer to has no field of type `id`.
    MissingId = "missing-id",
    /// A field that no item can keep to itself is to be unique.
    UnfitForUnique = "unfit-for-unique",
    /// More uniques than a transaction of DynamoDB's can change.
    TooManyUniques = "too-many-uniques",

    // Projections and collections.
    /// Patterns of one index do not agree on whether it holds whole items.
    MixedProjection = "mixed-projection",
    /// An operation asks for a field that the index it reads does not hold.
    NotProjected = "not-projected",
    /// More projected fields than DynamoDB allows.
    TooManyProjected = "too-many-projected",
    /// A member of a collection does not share the collection's partition.
    CollectionMismatch = "collection-mismatch",
    /// A collection's partition may hold items of an entity that is none of its members.
    IncompleteCollection = "incomplete-collection",
    /// A collection's partition may hold several items of the entity that the collection is of.
    ManyRoots = "many-roots",
    /// The entity of which a collection reads the first item does not come last.
    CollectionOrder = "collection-order",
    /// A collection in an index that does not hold whole items.
    PartialCollection = "partial-collection",

    // Status.
    /// A state that the status field does not have.
    UnknownState = "unknown-state",
    /// A transition leaves a final state.
    LeavesFinalState = "leaves-final-state",
    /// A state that no transition enters.
    UnreachableState = "unreachable-state",
    /// A transition that does not exist.
    UnknownTransition = "unknown-transition",

    // Operations.
    /// An operation restores what is deleted for good.
    NothingToRestore = "nothing-to-restore",
    /// An operation kind that does not exist.
    UnknownKind = "unknown-kind",
    /// A route that does not parse.
    InvalidRoute = "invalid-route",
    /// Two operations answer the same requests.
    DuplicateRoute = "duplicate-route",
    /// The path and the key do not fit together.
    PathMismatch = "path-mismatch",
    /// An operation names no permission.
    OperationWithoutPermission = "operation-without-permission",
    /// A permission nobody declared.
    UnknownPermission = "unknown-permission",
    /// An entity of API keys lacks what a credential needs.
    IncompleteApiKey = "incomplete-api-key",
    /// A permission that nothing needs.
    UnusedPermission = "unused-permission",
    /// More permissions than the runtime's compact set holds.
    TooManyPermissions = "too-many-permissions",
    /// A field that not everybody may see would be told all the same.
    LeakedField = "leaked-field",
    /// An event nobody declared.
    UnknownEvent = "unknown-event",
    /// An event that cannot be made from the entity alone.
    EventNotDerivable = "event-not-derivable",
    /// A change to an event that readers of the version which it bears do not understand.
    BreakingChange = "breaking-change",
    /// An event that is published without the table is to be written with an item.
    NotAtomic = "not-atomic",
    /// A version of an event has no way to the next.
    MissingUpcast = "missing-upcast",
    /// A way from one version of an event to the next that makes no event of the next.
    InvalidUpcast = "invalid-upcast",

    // Subscribers.
    /// A schedule that EventBridge Scheduler would not understand, or that never comes.
    InvalidSchedule = "invalid-schedule",
    /// An event pattern that EventBridge would refuse.
    InvalidPattern = "invalid-pattern",
    /// A part of an event pattern that no event of the subscriber's matches.
    NeverMatches = "never-matches",
    /// A subscriber's events do not tell what it is to write, or it may not be written.
    UnfitReaction = "unfit-reaction",
    /// A subscriber takes a step that emits the event it reacts to.
    EventLoop = "event-loop",

    // Costs.
    /// A rate that is no whole number of calls and unit, or none that one item can count.
    InvalidRate = "invalid-rate",
    /// An operation costs more than its budget.
    OverBudget = "over-budget",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
