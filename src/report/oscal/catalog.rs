//! `catalog-KEY.json`: the controls of a framework whose publisher has no catalogue in OSCAL.

use super::prose::{line, prose, value};
use super::{Folder, Object, UNKNOWN, statement};
use crate::report::assess::titled;
use crate::report::framework::{Control, Framework};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// All controls of a framework, those that nobody asked for included.
pub(super) fn catalog(folder: &Folder<'_, '_>, framework: &Framework) -> Value {
    let (groups, single) = grouped(framework);
    let titles = if framework.official_titles {
        "Ids and titles alone"
    } else {
        "Ids, and titles that are summaries of ours"
    };
    let mut remarks = vec![format!(
        "{titles}: what the publisher says is what counts. From: {}.",
        framework.source.trim_end_matches('.')
    )];
    if let Some(selection) = &framework.selection {
        remarks.push(format!("Listed: {}.", selection.trim_end_matches('.')));
    }
    if let Some(licence) = &framework.licence {
        remarks.push(format!("Licence: {}.", licence.trim_end_matches('.')));
    }
    remarks.extend(framework.note.clone());
    let metadata = folder.metadata(
        &titled(framework),
        Some(&framework.version),
        &prose(&remarks.join(" ")),
    );
    Object::new()
        .with("uuid", UNKNOWN)
        .with("metadata", metadata)
        .list("controls", single)
        .list("groups", groups)
        .into()
}

/// The groups in the order in which they begin, and the controls that are in none.
fn grouped(framework: &Framework) -> (Vec<Value>, Vec<Value>) {
    let taken: BTreeSet<&str> = (framework.controls.iter())
        .map(|control| control.oscal.as_str())
        .collect();
    let mut groups: Vec<(&str, Vec<Value>)> = Vec::new();
    let mut single = Vec::new();
    for one in &framework.controls {
        let control = control(framework, one);
        let Some(group) = &one.group else {
            single.push(control);
            continue;
        };
        match groups.iter_mut().find(|(title, _)| title == group) {
            Some((_, controls)) => controls.push(control),
            None => groups.push((group, vec![control])),
        }
    }
    let groups = groups
        .into_iter()
        .enumerate()
        .map(|(number, (title, controls))| {
            let mut id = format!("group-{}", number + 1);
            while taken.contains(id.as_str()) {
                id.push('_');
            }
            json!({"id": id, "title": line(title), "controls": controls})
        })
        .collect();
    (groups, single)
}

fn control(framework: &Framework, control: &Control) -> Value {
    let links = control.url.iter().filter(|url| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && !url.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    let label = value(&control.id).map(|id| json!({"name": "label", "value": id}));
    Object::new()
        .with("id", control.oscal.as_str())
        .with("title", line(&control.title))
        .list("props", label.into_iter().collect())
        .list(
            "links",
            links
                .map(|url| json!({"href": url, "rel": "reference"}))
                .collect(),
        )
        .with(
            "parts",
            json!([{
                "id": statement(framework, control),
                "name": "statement",
                "prose": line(&control.title),
            }]),
        )
        .into()
}
