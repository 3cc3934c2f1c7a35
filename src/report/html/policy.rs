//! How long a duty may take at most, and who says so.

use super::book::Book;
use super::words::{at, prose, scrolled};
use crate::report::json::policy;
use maud::{Markup, html};

/// The section.
pub fn section(book: &Book<'_, '_>) -> Markup {
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { "Duty" }
                    th scope="col" { "Of" }
                    th scope="col" { "At most" }
                    th scope="col" { "Who says so" }
                }
            }
            tbody {
                @for row in policy(book.report) {
                    tr {
                        th scope="row" { (row.duty) }
                        td { @if let Some(class) = row.class { (class) } @else { "everybody" } }
                        td { (row.at_most) }
                        td {
                            (prose(&row.source))
                            @if let Some(place) = &row.location { " " (at(&place.file, place.line)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        section id="policy" aria-labelledby="policy-title" {
            h2 id="policy-title" { "Policy" }
            p {
                "How long each duty may take at most. The shortest limit of the classes that an integration "
                "is of holds for it; " code { "scope.toml" } " can set others."
            }
            (scrolled("Policy", &table))
        }
    }
}
