//! What is wrong with an input: the schema's problems, told at the user's own tokens.

use proc_macro2::{Span, TokenStream};
use purlin_schema::{Code, Located, Place, Problem, Problems, Sources};
use syn::DeriveInput;

/// Numbers the user's tokens, so that a draft can say where each leaf was written, and collects
/// every problem there is.
pub(crate) struct Faults {
    tokens: Vec<Span>,
    problems: Problems,
    syntax: Option<syn::Error>,
}

impl Faults {
    /// None yet. Problems without a token of their own are told at `name`, the name of the type.
    pub(crate) fn new(name: Span) -> Self {
        Self { tokens: vec![name], problems: Problems::new(), syntax: None }
    }

    /// The place of a token in a draft: its number.
    pub(crate) fn place(&mut self, token: Span) -> Place {
        let number = self.tokens.len();
        self.tokens.push(token);
        Place::new(0, number..number)
    }

    /// A value of a draft, written at a token.
    pub(crate) fn located<T>(&mut self, value: T, token: Span) -> Located<T> {
        Located::new(value, self.place(token))
    }

    /// Notes a problem at a token.
    pub(crate) fn at(
        &mut self,
        token: Span,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.place(token);
        self.push(Problem::new(code, place, message).help(help));
    }

    /// Notes a problem.
    pub(crate) fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Notes the problems of the schema's checks.
    pub(crate) fn extend(&mut self, problems: Problems) {
        self.problems.extend(problems);
    }

    /// Notes tokens that do not parse.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        match &mut self.syntax {
            Some(first) => first.combine(error),
            None => self.syntax = Some(error),
        }
    }

    /// Whether something does not parse, so that keys may be missing only because of it.
    pub(crate) fn is_broken(&self) -> bool {
        self.syntax.is_some()
    }

    /// The token at a place of a draft's.
    pub(crate) fn token(&self, place: Place) -> Span {
        *self.tokens.get(place.start as usize).unwrap_or(&self.tokens[0])
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.syntax.is_none()
    }

    /// All problems, as errors of the compiler's; none where nothing is wrong.
    pub(crate) fn errors(mut self) -> Option<TokenStream> {
        // In the order of the tokens, whatever the order of the checks.
        self.problems.sort(&Sources::new());
        let mut all = self.syntax.take();
        for problem in self.problems.iter() {
            let place = problem.labels.first().map(|label| label.place).unwrap_or_default();
            let token = self.token(place);
            // The compiler shows one place for each error of a macro's; the message quotes what
            // stands at the others.
            let text = match &problem.help {
                Some(help) => format!("{}\nhelp: {help}", problem.message),
                None => problem.message.clone(),
            };
            let error = syn::Error::new(token, text);
            match &mut all {
                Some(first) => first.combine(error),
                None => all = Some(error),
            }
        }
        all.map(syn::Error::into_compile_error)
    }
}

/// What a derive answers: its expansion, or the errors and a stub that spares the user errors
/// about the missing implementation.
///
/// Of a type with parameters there is no stub: it would have to know what to ask of them.
pub(crate) fn answer(
    input: &DeriveInput,
    faults: Faults,
    expansion: Option<TokenStream>,
    stub: impl FnOnce() -> TokenStream,
) -> TokenStream {
    match (faults.errors(), expansion) {
        (None, Some(expansion)) => expansion,
        (errors, _) => {
            let stub = input.generics.params.is_empty().then(stub);
            quote::quote! { #errors #stub }
        }
    }
}
