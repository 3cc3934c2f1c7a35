//! Fitting statements into policies of bounded size. Policies of one identity add up, for
//! permission and denial alike, so spreading statements over several changes nothing, and neither
//! does cutting one statement's actions or resources into several statements.

use super::statement::{Document, Statement};
use std::collections::BTreeSet;

/// Characters of a customer managed policy, white space not counted (AWS: "IAM and AWS STS quotas").
pub const POLICY_SIZE: usize = 6144;
/// Managed policies that can be attached to a role or user unless the account's quota was raised
/// (the same page).
pub const POLICIES: usize = 10;

/// The statements as documents of at most `size` characters, in the given order; nothing where one
/// action on one resource is already too long, or where more than `count` documents would be needed.
pub fn pack(statements: &[Statement], size: usize, count: usize) -> Option<Vec<Document>> {
    let plain = fill(statements, size)?;
    if plain.len() <= 1 {
        return Some(plain);
    }
    let merged = fill(&merged(statements), size)?;
    (merged.len() <= count).then_some(merged)
}

/// Statements of one effect, the same conditions and the same actions become one, and so do those
/// with the same resources.
fn merged(statements: &[Statement]) -> Vec<Statement> {
    let mut out: Vec<Statement> = Vec::new();
    for statement in statements {
        let alike = out.iter_mut().find(|other| {
            other.effect == statement.effect
                && other.principal == statement.principal
                && other.conditions == statement.conditions
                && (other.actions == statement.actions || other.resources == statement.resources)
        });
        let Some(other) = alike else {
            out.push(statement.clone());
            continue;
        };
        union(&mut other.actions, &statement.actions);
        union(&mut other.resources, &statement.resources);
        other.rows.extend(&statement.rows);
        other.rows.sort_unstable();
        other.rows.dedup();
    }
    out
}

fn union(here: &mut Vec<String>, more: &[String]) {
    here.extend_from_slice(more);
    here.sort();
    here.dedup();
}

/// Documents filled in order.
fn fill(statements: &[Statement], size: usize) -> Option<Vec<Document>> {
    let empty = Document::default().size();
    let mut pieces = Vec::new();
    for statement in statements {
        cut(statement, size - empty, &mut pieces)?;
    }
    name_apart(&mut pieces);
    let mut documents: Vec<Document> = Vec::new();
    let mut room = 0;
    for piece in pieces {
        // A comma stands between two statements.
        let length = length(&piece) + 1;
        match documents.last_mut() {
            Some(document) if length <= room => {
                document.statements.push(piece);
                room -= length;
            }
            _ => {
                room = (size - empty + 1).checked_sub(length)?;
                documents.push(Document {
                    statements: vec![piece],
                });
            }
        }
    }
    Some(documents)
}

fn length(statement: &Statement) -> usize {
    crate::print::json::compact_length(&statement.value())
}

/// Room kept for the digits that [`name_apart`] adds to a statement's name.
const DIGITS: usize = 6;

/// Adds `statement` in pieces of at most `room` characters; nothing where it has no such pieces.
fn cut(statement: &Statement, room: usize, pieces: &mut Vec<Statement>) -> Option<()> {
    let room = room.checked_sub(DIGITS)?;
    // Each cut halves a list of resources, so the stack is bounded by the logarithm of its length.
    let mut waiting = vec![statement.clone()];
    while let Some(piece) = waiting.pop() {
        if length(&piece) <= room {
            pieces.push(piece);
            continue;
        }
        let bare = length(&Statement {
            actions: Vec::new(),
            ..piece.clone()
        });
        let several = piece.actions.len() > 1;
        if several && (bare * 2 <= room || piece.resources.len() <= 1) {
            for actions in chunks(&piece.actions, room.checked_sub(bare)?)? {
                pieces.push(Statement {
                    actions: actions.to_vec(),
                    ..piece.clone()
                });
            }
        } else if piece.resources.len() > 1 {
            let (left, right) = piece.resources.split_at(piece.resources.len() / 2);
            for resources in [right, left] {
                waiting.push(Statement {
                    resources: resources.to_vec(),
                    ..piece.clone()
                });
            }
        } else {
            return None;
        }
    }
    Some(())
}

/// The list in runs whose JSON takes at most `room` characters beside the brackets.
fn chunks(items: &[String], room: usize) -> Option<Vec<&[String]>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut used = 0;
    for (index, item) in items.iter().enumerate() {
        // Quotation marks and a comma; actions hold nothing that JSON escapes.
        let length = item.chars().count() + 3;
        if length > room {
            return None;
        }
        if used + length > room {
            chunks.push(&items[start..index]);
            start = index;
            used = 0;
        }
        used += length;
    }
    chunks.push(&items[start..]);
    Some(chunks)
}

/// Numbers the second and later statements of one name.
pub fn name_apart(statements: &mut [Statement]) {
    let mut taken = BTreeSet::new();
    for statement in statements {
        let base = statement.sid.clone();
        let mut number = 1;
        while !taken.insert(statement.sid.clone()) {
            number += 1;
            statement.sid = format!("{base}{number}");
        }
    }
}
