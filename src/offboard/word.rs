//! Parts of what is declared, in words.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::emit::system_label;
use crate::grant::{Bundle, Grant};
use crate::model::Model;
use crate::model::party::Who;
use crate::source::Span;

/// Somebody who is trusted, as it is written.
pub fn who(model: &Model, who: &Who) -> String {
    match who {
        Who::Anyone(_) => "anyone".to_owned(),
        Who::Service(service, _) => format!("service \"{service}\""),
        Who::Oidc(issuer, _) => format!("oidc \"{issuer}\""),
        Who::Party(id, _) => model.party(*id).name.to_string(),
        Who::System(id, _) => model.system(*id).name.to_string(),
        Who::Thing(thing) => model.thing_text(thing),
    }
}

/// The file and line of a place, where it is in the project.
pub fn place(compiled: &Compiled, span: Span) -> (String, u32) {
    let sources = &compiled.sources;
    (sources.path(span).to_owned(), sources.place(span).line)
}

/// Names in backticks, joined: `` `a`, `b` and `c` ``.
pub fn names<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    match &quoted[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What an identity is called: as it is written, or the token of a platform.
pub fn identity(compiled: &Compiled, bundle: &Bundle) -> String {
    match &bundle.identity {
        Some(thing) => {
            let place = crate::graph::Place::of(thing, bundle.tenant);
            place.text(&compiled.model)
        }
        None => format!(
            "the token that {} gives `{}`",
            system_label(compiled, bundle.system, bundle.tenant),
            compiled.model.party(bundle.party).name
        ),
    }
}

/// What a bundle grants: each unit with what it is on, gated ones marked, sorted.
pub fn units(compiled: &Compiled, bundle: &Bundle) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut put = |grant: &Grant, end: &str| {
        let things: Vec<String> = grant
            .things
            .iter()
            .map(|thing| compiled.model.thing_text(thing))
            .collect();
        for unit in grant.units.spelled(&compiled.model.catalog) {
            if things.is_empty() {
                all.insert(format!("{unit}{end}"));
            }
            all.extend(things.iter().map(|thing| format!("{unit} on {thing}{end}")));
        }
    };
    for grant in &bundle.grants {
        put(grant, "");
    }
    for gate in &bundle.gates {
        for grant in &gate.grants {
            let always = bundle.grants.iter().any(|own| {
                own.units == grant.units
                    && own.addresses == grant.addresses
                    && own.conditions == grant.conditions
            });
            if !always {
                put(grant, ", on approval");
            }
        }
    }
    all
}
