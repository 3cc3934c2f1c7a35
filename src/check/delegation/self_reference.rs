//! `self-reference`: a relation to oneself.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::Severity;
use crate::model::PartyId;
use crate::model::party::{ClauseKind, Party, Who};
use crate::source::Span;

/// The check.
pub static CHECK: Check = Check {
    name: "self-reference",
    severity: Severity::Warning,
    summary: "a clause by which somebody trusts, starts, runs or belongs to itself",
    page: include_str!("../../../docs/checks/self-reference.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    for (id, party) in context.model.parties() {
        for clause in &party.clauses {
            let Some((span, what)) = said(party, id, &clause.kind, clause.span) else {
                continue;
            };
            findings.push(
                context
                    .finding(&CHECK, Severity::Warning, id, span, format!("`{}` {what} itself", party.name))
                    .help("this gives nothing that it does not have: name whoever else is meant, or remove the clause"),
            );
        }
    }
}

/// Where and what a clause says of the party that it belongs to.
fn said(party: &Party, id: PartyId, kind: &ClauseKind, span: Span) -> Option<(Span, &'static str)> {
    let own = |who: &Who| match who {
        Who::Party(other, _) => *other == id,
        Who::Thing(thing) => party.identities().any(|(_, identity, _)| {
            (identity.system, identity.tenants) == (thing.system, thing.tenants)
                && identity.steps == thing.steps
        }),
        Who::Anyone(_) | Who::Service(..) | Who::Oidc(..) | Who::System(..) => false,
    };
    if let ClauseKind::Trusts { who, .. } = kind {
        return own(who).then(|| (who.span(), "trusts"));
    }
    if let ClauseKind::TriggeredBy(all) = kind {
        let who = all.iter().find(|who| own(who))?;
        return Some((who.span(), "is triggered by"));
    }
    let (other, what) = if let ClauseKind::Operator(other) = kind {
        (*other, "is operated by")
    } else if let ClauseKind::MemberOf(other) = kind {
        (*other, "is a member of")
    } else if let ClauseKind::Delegates { to, .. } = kind {
        (*to, "delegates to")
    } else {
        return None;
    };
    (other == id).then_some((span, what))
}
