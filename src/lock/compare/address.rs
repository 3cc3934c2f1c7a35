//! A resource as a lock writes it, as addresses of the algebra.

use crate::authority::pattern::{Class, Pattern, Token};
use crate::lock::token::unquoted;
use crate::model::thing::SEPARATOR;

/// The addresses of a resource as it is written: of itself, and of what lies in it. A text that is
/// no resource stands for itself alone.
pub(super) fn addresses(resource: &str, within: bool) -> Vec<Pattern> {
    let own = address(resource).unwrap_or_else(|| vec![Token::Literal(resource.into())]);
    let mut all = vec![Pattern::new(own.clone())];
    if within {
        let mut inside = own;
        inside.push(Token::Literal(SEPARATOR.to_string().into()));
        inside.push(Token::Any(Class::any()));
        all.push(Pattern::new(inside));
    }
    all
}

/// A resource as a pattern over the steps of its way, each begun by the separator.
fn address(resource: &str) -> Option<Vec<Token>> {
    let steps = steps(resource)?;
    let mut tokens = Vec::new();
    for (index, (name, names)) in steps.iter().enumerate() {
        tokens.push(Token::Literal(format!("{SEPARATOR}{name}").into()));
        for name in names {
            tokens.push(Token::Literal(SEPARATOR.to_string().into()));
            let pattern = Pattern::glob(name, &[SEPARATOR]);
            tokens.extend_from_slice(pattern.tokens());
        }
        // A type without names at the end is all of it, and in between it is a service.
        if names.is_empty() && index > 0 && index + 1 == steps.len() {
            tokens.push(Token::Any(Class::any()));
        }
    }
    Some(tokens)
}

/// A step's type, and the patterns of its names.
type Step = (String, Vec<String>);

/// The steps of a resource, the system first: `prod.s3.bucket("a")` has three.
fn steps(resource: &str) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut rest = resource;
    loop {
        let name_end = end_of_name(rest)?;
        let (name, after) = rest.split_at(name_end);
        let name = if name.starts_with('"') {
            unquoted(name)?
        } else {
            name.to_owned()
        };
        let mut names = Vec::new();
        let mut after = after;
        if let Some(inner) = after.strip_prefix('(') {
            let mut inner = inner;
            loop {
                let end = end_of_string(inner)?;
                names.push(inner[1..end - 1].to_owned());
                inner = &inner[end..];
                if let Some(next) = inner.strip_prefix(", ") {
                    inner = next;
                } else {
                    after = inner.strip_prefix(')')?;
                    break;
                }
            }
        }
        steps.push((name, names));
        if after.is_empty() {
            return Some(steps);
        }
        rest = after.strip_prefix('.')?;
    }
}

/// Where a name, perhaps in quotes, ends.
fn end_of_name(text: &str) -> Option<usize> {
    if text.starts_with('"') {
        return end_of_string(text);
    }
    let end = text.find(['.', '(']).unwrap_or(text.len());
    (end > 0).then_some(end)
}

/// Where a text in quotes that stands at the beginning ends.
fn end_of_string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' if at == 0 => {}
            _ if at == 0 => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}
