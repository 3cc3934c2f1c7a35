//! The `github` form of a comparison: annotations of a pull request.

use super::compared::Compared;
use super::sarif::findings;
use crate::diagnostic::github;

/// One workflow command for each change that widens or weakens, at its place in the head, one line
/// each. What narrows is no finding and is left out, as in [`super::sarif`].
pub fn render(compared: &Compared<'_>) -> String {
    github::write(&findings(compared), compared.folder)
}
