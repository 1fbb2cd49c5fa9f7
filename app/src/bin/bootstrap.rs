//! The binary that Lambda starts: `_HANDLER` names the operation it is to do.

use purlin::lambda::ServeError;

fn main() -> Result<(), ServeError> {
    purlin::lambda::serve(app::app())
}
