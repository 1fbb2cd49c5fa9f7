//! The generator, as a user meets it: through the command, on folders of documents.

mod codegen {
    mod contracts;
    mod documents;
    mod faults;
    mod fresh;
    mod layout;
    mod refusals;
    mod wide;
}
