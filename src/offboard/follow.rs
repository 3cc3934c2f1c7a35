//! What to run when the edits are made, and what is not known before.

use super::{Beside, Command, scan};
use crate::check::baseline::Baseline;
use crate::check::{FAMILIES, rule};
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::PartyId;
use crate::model::party::Status;

/// What to run when the edits are made.
pub(super) fn then(beside: &Beside, name: &str) -> Vec<Command> {
    let mut all = Vec::new();
    let mut put = |command: String, why: &str| {
        all.push(Command {
            command,
            why: why.to_owned(),
        });
    };
    if beside.lock.is_some() {
        put("scopec lock".to_owned(), "writes `scope.lock` without it");
    }
    let baseline = beside.baseline.as_deref().map(Baseline::parse);
    if let Some(Ok(baseline)) = baseline
        && baseline
            .entries()
            .any(|entry| entry.integration.as_deref() == Some(name))
    {
        put(
            "scopec check --write-baseline".to_owned(),
            "takes its findings out of `scope.baseline`",
        );
    }
    if let Some(text) = &beside.approvals
        && scan::has(text, name)
    {
        put(
            "edit scope.approvals".to_owned(),
            "it speaks of it: take out the approvals that are left over",
        );
    }
    put(
        "scopec build".to_owned(),
        "removes its files from the output folder",
    );
    put(
        format!("scopec offboard {name} --verify"),
        "says whether anything of it is left",
    );
    all
}

/// What is not known of it.
pub(super) fn unknown(now: &Compiled, id: PartyId) -> Vec<String> {
    let party = now.model.party(id);
    let mut all = Vec::new();
    if !party.complete {
        all.push(format!(
            "a part of the declaration of `{}` cannot be understood, so it may have more than is listed",
            party.name
        ));
    }
    let errors = now.diagnostics.iter().filter(|one| is_gap(one));
    match errors.count() {
        0 => {}
        1 => all.push(
            "1 error keeps parts of the project from being known, so that more may hang on it"
                .to_owned(),
        ),
        count => all.push(format!(
            "{count} errors keep parts of the project from being known, so that more may hang on it"
        )),
    }
    if now.withheld_parties().contains(&id) {
        all.push(format!(
            "`{}` is withheld, so `build` writes nothing for it now: what was applied before is in the manifest of the output folder",
            party.name
        ));
    }
    match party.status() {
        Status::Active => {}
        Status::Suspended => all.push(format!("`{}` is suspended, so `build` writes nothing for it now: what was applied before its suspension may still be there", party.name)),
        Status::Retired => all.push(format!("`{}` is retired, so `build` writes nothing for it now: what was applied before may still be there", party.name)),
    }
    let bundles = &now.granted.bundles;
    if !bundles.iter().any(|bundle| bundle.holders.contains(&id)) {
        all.push(format!(
            "`{}` declares no identity: which one it uses at a vendor, and what that is granted, is not known",
            party.name
        ));
    }
    all
}

/// Whether a finding leaves a part of the project without a meaning. What checks, guards and the
/// choice of units have to say does not: it is about what is known.
fn is_gap(one: &Diagnostic) -> bool {
    const OF_DUTIES: [&str; 3] = ["accept-too-long", "expired-accept", "principal-duties"];
    let is_check = FAMILIES
        .iter()
        .any(|checks| checks.iter().any(|check| check.name == one.rule));
    one.severity == Severity::Error
        && !is_check
        && !OF_DUTIES.contains(&&*one.rule)
        && rule::find(&one.rule).is_some_and(|rule| !rule.can_be_levelled && !rule.can_be_accepted)
}
