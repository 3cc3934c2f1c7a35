//! The terminal: what is printed where, and whether in colour.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write};

use clap::ValueEnum;

use super::Failure;
use super::project::reason;
use crate::diagnostic::human;

/// The width of prose where there is no terminal to ask.
const WIDTH: usize = 100;

/// The width of a table where there is no terminal to ask, and the least.
const TABLE: usize = 80;
/// The width past which a table is no easier to read.
const WIDEST: usize = 140;

/// When to colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Where verbs print.
pub struct Console {
    color: bool,
    color_results: bool,
    accessible: bool,
    width: usize,
    width_of_results: usize,
}

impl Console {
    /// A console for the terminal at stderr, where diagnostics for people go. `NO_COLOR`
    /// (no-color.org), `NO_GRAPHICS` and `TERM=dumb` are respected.
    pub fn new(color: Color, accessible: bool) -> Self {
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        let is_terminal = io::stderr().is_terminal();
        let of_results = io::stdout()
            .is_terminal()
            .then(|| terminal_size::terminal_size_of(io::stdout()))
            .flatten();
        let width = if is_terminal {
            terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0))
        } else {
            None
        };
        let colors = |is_terminal: bool| match color {
            Color::Auto => is_terminal && !is_set("NO_COLOR") && !is_dumb,
            Color::Always => true,
            Color::Never => false,
        };
        Self {
            color: colors(is_terminal),
            color_results: colors(io::stdout().is_terminal()),
            accessible: accessible || env::var_os("NO_GRAPHICS").is_some_and(|value| value != "0"),
            width: width.unwrap_or(WIDTH),
            width_of_results: of_results.map_or(TABLE, |(width, _)| {
                usize::from(width.0).clamp(TABLE, WIDEST)
            }),
        }
    }

    /// How diagnostics for people are drawn here.
    pub fn drawing(&self) -> human::Options {
        human::Options {
            width: self.width,
            color: self.color,
            accessible: self.accessible,
            ..human::Options::default()
        }
    }

    /// Whether results for people are coloured: stdout may be a terminal where stderr is none.
    pub fn colors_results(&self) -> bool {
        self.color_results
    }

    /// How many columns a table for people may take: never fewer than 80, and no more than are read
    /// at a glance.
    pub fn width_of_results(&self) -> usize {
        self.width_of_results
    }

    /// Prints a result to stdout.
    ///
    /// # Errors
    /// When stdout cannot be written; a reader that went away is no error.
    pub fn result(&self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let written = stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                let why = reason(&error);
                Err(Failure::new(format!("cannot write to stdout: {why}")))
            }
            _ => Ok(()),
        }
    }

    /// Prints words for people to stderr. Where stderr is gone nobody can be told, so a failure is
    /// let pass.
    pub fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Prints something to know, in one line.
    pub fn note(&self, words: &str) {
        self.tell(&format!("note: {}\n", printable(words)));
    }

    /// Prints why a verb could not do its work.
    pub fn failure(&self, failure: &Failure) {
        let word = if self.color {
            "\u{1b}[1;31merror\u{1b}[0m"
        } else {
            "error"
        };
        let mut text = format!("{word}: {}\n", printable(&failure.message));
        if let Some(help) = &failure.help {
            text.push_str("  help: ");
            text.push_str(&printable(help));
            text.push('\n');
        }
        self.tell(&text);
    }
}

/// A text without characters that act on the terminal: file names may hold any.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}
