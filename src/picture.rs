//! Pictures: a [`view::View`] of who can reach what, drawn in one of several formats.
//!
//! A view is made from the delegation graph, cut down by [`select`] and printed by a format: one
//! file each, which draws a view that it is given and decides nothing.

pub mod delegation;
pub mod dot;
pub mod graphml;
pub mod html;
pub mod json;
pub mod layout;
pub mod mermaid;
pub mod opengraph;
pub mod select;
pub mod svg;
pub mod text;
pub mod view;

use view::View;

/// A way to draw a view.
pub struct Format {
    /// The word on the command line.
    pub name: &'static str,
    /// What it is good for, in a few words.
    pub summary: &'static str,
    /// Draws a view; the text ends in a line end. Equal views give equal texts.
    pub draw: fn(&View) -> String,
}

/// Every format, in the order in which they are offered.
pub static FORMATS: &[&Format] = &[
    &svg::FORMAT,
    &html::FORMAT,
    &dot::FORMAT,
    &mermaid::FORMAT,
    &json::FORMAT,
    &graphml::FORMAT,
    &opengraph::FORMAT,
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.name == name)
}
