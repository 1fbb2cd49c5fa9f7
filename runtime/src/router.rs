//! Which operation a method and a path belong to.

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use http::Method;
use percent_encoding::percent_decode_str;

use crate::error::Error;
use crate::problem;

/// The routes of an app. API Gateway has its own; this one serves where there is none.
#[derive(Default)]
pub(crate) struct Router {
    /// For each path, the operations of its methods, by their places in the app.
    paths: Vec<Vec<(Method, usize)>>,
    tree: matchit::Router<usize>,
    known: HashMap<&'static str, usize>,
}

/// The operation a request belongs to, by its place in the app, with what its path says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) operation: usize,
    pub(crate) path_parameters: HashMap<String, String>,
}

/// The operation that a request belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteMatch {
    /// The operation's name, for [`App::call`](crate::App::call).
    pub operation: &'static str,
    /// The parameters of the path, percent-decoded.
    pub path_parameters: HashMap<String, String>,
}

/// Why a request belongs to no operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteError {
    /// There is no such path.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed {
        /// The methods it has, as the header `Allow` lists them: `GET, PATCH`.
        allow: String,
    },
}

impl RouteError {
    /// The problem a caller is answered with: 404 or 405.
    #[must_use]
    pub fn response(&self, request_id: &str) -> ApiGatewayV2httpResponse {
        match self {
            Self::NotFound => {
                problem::response(&Error::not_found("there is nothing at this path"), request_id)
            }
            Self::MethodNotAllowed { allow } => problem::method_not_allowed(allow, request_id),
        }
        .into()
    }
}

impl Router {
    /// Adds a route; an error says in a sentence why it cannot stand beside the others.
    pub(crate) fn add(
        &mut self,
        method: &Method,
        path: &'static str,
        operation: usize,
    ) -> Result<(), String> {
        if !path.starts_with('/') {
            return Err(format!("the path `{path}` does not begin with `/`"));
        }
        let place = match self.known.get(path) {
            Some(place) => *place,
            None => {
                let place = self.paths.len();
                self.tree
                    .insert(path, place)
                    .map_err(|error| format!("the path `{path}`: {error}"))?;
                self.paths.push(Vec::new());
                self.known.insert(path, place);
                place
            }
        };
        let methods = &mut self.paths[place];
        if methods.iter().any(|(other, _)| other == method) {
            return Err(format!("`{method} {path}` belongs to another operation already"));
        }
        methods.push((method.clone(), operation));
        Ok(())
    }

    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<Found, RouteError> {
        let found = self.tree.at(path).map_err(|_| RouteError::NotFound)?;
        let methods = &self.paths[*found.value];
        let Some((_, operation)) = methods.iter().find(|(other, _)| other == method) else {
            let mut allow: Vec<&str> = methods.iter().map(|(method, _)| method.as_str()).collect();
            allow.sort_unstable();
            return Err(RouteError::MethodNotAllowed { allow: allow.join(", ") });
        };
        // Decoded only now: a slash that is part of a value must not split the path.
        let decode = |(name, value): (&str, &str)| {
            let value =
                percent_decode_str(value).decode_utf8().map_err(|_| RouteError::NotFound)?;
            Ok((name.to_owned(), value.into_owned()))
        };
        let path_parameters = found.params.iter().map(decode).collect::<Result<_, _>>()?;
        Ok(Found { operation: *operation, path_parameters })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router() -> Router {
        let mut router = Router::default();
        for (place, (method, path)) in [
            (Method::GET, "/things"),
            (Method::POST, "/things"),
            (Method::GET, "/things/{thing_id}"),
            (Method::GET, "/things/{thing_id}/parts/{part_id}"),
            (Method::GET, "/things/latest"),
        ]
        .into_iter()
        .enumerate()
        {
            router.add(&method, path, place).expect("the routes agree");
        }
        router
    }

    fn find(method: Method, path: &str) -> Result<(usize, Vec<(String, String)>), RouteError> {
        router().find(&method, path).map(|found| {
            let mut parameters: Vec<_> = found.path_parameters.into_iter().collect();
            parameters.sort();
            (found.operation, parameters)
        })
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_path_and_a_method_find_their_operation() {
        assert_eq!(find(Method::GET, "/things"), Ok((0, vec![])));
        assert_eq!(find(Method::POST, "/things"), Ok((1, vec![])));
        assert_eq!(find(Method::GET, "/things/7"), Ok((2, vec![pair("thing_id", "7")])));
        assert_eq!(
            find(Method::GET, "/things/7/parts/8"),
            Ok((3, vec![pair("part_id", "8"), pair("thing_id", "7")]))
        );
        assert_eq!(find(Method::GET, "/things/latest"), Ok((4, vec![])));
    }

    #[test]
    fn values_are_decoded_after_the_path_is_split() {
        assert_eq!(
            find(Method::GET, "/things/a%2Fb%C3%A9"),
            Ok((2, vec![pair("thing_id", "a/bé")]))
        );
        assert_eq!(find(Method::GET, "/things/%FF"), Err(RouteError::NotFound));
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        for path in ["", "/", "/thing", "/things/", "/things/7/", "/things/7/parts", "//things"] {
            assert_eq!(find(Method::GET, path), Err(RouteError::NotFound), "{path}");
        }
        assert_eq!(
            find(Method::DELETE, "/things"),
            Err(RouteError::MethodNotAllowed { allow: "GET, POST".to_owned() })
        );
    }

    #[test]
    fn a_route_belongs_to_one_operation() {
        let mut router = router();
        assert!(router.add(&Method::GET, "/things", 9).is_err());
        assert!(router.add(&Method::PUT, "/things/{another_name}", 9).is_err());
        assert!(router.add(&Method::GET, "/things/{open", 9).is_err());
    }

    #[test]
    fn a_refusal_is_a_problem() {
        let answer =
            RouteError::MethodNotAllowed { allow: "GET, POST".to_owned() }.response("a-request");
        assert_eq!(answer.status_code, 405);
        assert_eq!(answer.headers["allow"], "GET, POST");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(RouteError::NotFound.response("a-request").status_code, 404);
    }
}
