//! `confused-deputy`: strangers make it act with what they do not have.

use crate::authority::verb::Verb;
use crate::check::route::{identities, parties_of};
use crate::check::{Check, Context, Findings};
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{Kind, Node, NodeId, Place, Slots, Verdict};
use crate::model::catalog::SlotId;
use crate::model::fact::Fact;
use crate::model::party::{ClauseKind, Owner, Party, Who};
use crate::model::{ConditionId, Model, PartyId, SystemId, TeamId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The check.
pub static CHECK: Check = Check {
    name: "confused-deputy",
    severity: Severity::Warning,
    summary: "an integration that others make act with more than they hold",
    page: include_str!("../../../docs/checks/confused-deputy.md"),
    run,
};

/// Keys that say for whom a service acts: AWS IAM User Guide, "The confused deputy problem",
/// "Cross-service confused deputy prevention".
const FOR_WHOM: [&str; 4] = [
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
];

/// Operations that do something; what is only read stays with the deputy.
fn acts(verb: Verb) -> bool {
    match verb {
        Verb::Export
        | Verb::Create
        | Verb::Update
        | Verb::Delete
        | Verb::Approve
        | Verb::Administer => true,
        Verb::List | Verb::Get | Verb::Trigger | Verb::Assume => false,
    }
}

/// What somebody can do, in a tenant and somewhere in it.
type Doing = (SystemId, u32, SlotId, Place);

fn run(context: &Context<'_>, findings: &mut Findings) {
    influenced(context, findings);
    services(context, findings);
}

/// Who can make whom act, with the clause of the first.
type Influences = BTreeMap<PartyId, BTreeMap<Option<PartyId>, Span>>;

fn influenced(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    let mut doing: HashMap<PartyId, Vec<Doing>> = HashMap::new();
    for (id, who) in influences(context) {
        let party = model.party(id);
        let Some(team) = team_of(model, id) else {
            continue;
        };
        let named = named(party);
        let outside: Vec<(Option<PartyId>, Span)> = who
            .into_iter()
            .filter(|(who, _)| {
                who.is_none_or(|who| {
                    who != id && team_of(model, who) != Some(team) && !named.contains(&who)
                })
            })
            .collect();
        if outside.is_empty() {
            continue;
        }
        let own = can_do(context, id);
        if own.is_empty() {
            continue;
        }
        let stronger = outside.iter().find_map(|&(who, span)| {
            let theirs: &[Doing] = match who {
                Some(who) => doing.entry(who).or_insert_with(|| can_do(context, who)),
                None => &[],
            };
            let more = own.iter().find(|(system, tenant, slot, place)| {
                !theirs.iter().any(|(of, at, other, around)| {
                    (of, at, other) == (system, tenant, slot) && around.holds(place)
                })
            })?;
            Some((who, span, more.2))
        });
        let Some((who, span, slot)) = stronger else {
            continue;
        };
        let by = who.map_or("anyone".to_owned(), |who| {
            format!("`{}`", model.party(who).name)
        });
        let others = match outside.len() - 1 {
            0 => String::new(),
            count => format!(
                ", as can {count} more outside of `{}`",
                model.team(team).name
            ),
        };
        let operation = model.catalog.spelled(model.catalog.slot(slot).operation);
        let at = party
            .clauses
            .iter()
            .find(|clause| {
                matches!(
                    clause.kind,
                    ClauseKind::TriggeredBy(_) | ClauseKind::Ingests(_)
                )
            })
            .map_or(party.name_span, |clause| clause.span);
        let mut found = context
            .finding(
                &CHECK,
                Severity::Warning,
                id,
                at,
                format!(
                    "{by} can make `{}` act, which holds more: `{operation}`{others}",
                    party.name
                ),
            )
            .help("it does with its own authority what they ask for: say who may by `triggered by NAME`, ask for an approval, or give it no more than they have");
        if span != at {
            found = found.related(span, format!("{by} makes it act by this"));
        }
        findings.push(found);
    }
}

fn influences(context: &Context<'_>) -> Influences {
    let graph = context.graph;
    let mut all = Influences::new();
    let mut means: BTreeMap<NodeId, Vec<PartyId>> = BTreeMap::new();
    for (_, edge) in graph.edges() {
        if edge.kind != Kind::Influences || edge.verdict == Verdict::Blocked {
            continue;
        }
        let acting: Vec<PartyId> = parties_of(context, edge.to)
            .iter()
            .copied()
            .filter(|&id| context.model.party(id).is_integration())
            .collect();
        let from = edge.premises[0];
        if matches!(graph.node(from), Node::Means(_)) {
            means.entry(from).or_default().extend(acting);
        } else if matches!(graph.node(from), Node::Anyone) {
            for id in acting {
                all.entry(id).or_default().entry(None).or_insert(edge.span);
            }
        } else {
            for &who in parties_of(context, from) {
                for &id in &acting {
                    let row = all.entry(id).or_default();
                    row.entry(Some(who)).or_insert(edge.span);
                }
            }
        }
    }
    if means.is_empty() {
        return all;
    }
    for (_, edge) in graph.edges() {
        let Some(acting) = means.get(&edge.to) else {
            continue;
        };
        if edge.verdict == Verdict::Blocked {
            continue;
        }
        for &who in parties_of(context, edge.premises[0]) {
            for &id in acting {
                let row = all.entry(id).or_default();
                row.entry(Some(who)).or_insert(edge.span);
            }
        }
    }
    all
}

fn team_of(model: &Model, id: PartyId) -> Option<TeamId> {
    if let Some((Owner::Team(team), _)) = model.party(id).owner() {
        Some(*team)
    } else {
        None
    }
}

/// Who may make it act by its own words.
fn named(party: &Party) -> BTreeSet<PartyId> {
    party
        .clauses
        .iter()
        .filter_map(|clause| {
            if let ClauseKind::TriggeredBy(who) = &clause.kind {
                Some(who)
            } else {
                None
            }
        })
        .flatten()
        .filter_map(|who| match who {
            Who::Party(id, _) => Some(*id),
            Who::Anyone(_) | Who::Service(..) | Who::Oidc(..) | Who::System(..) | Who::Thing(_) => {
                None
            }
        })
        .collect()
}

/// What a party itself can do without an approval. Of those that hold every operation of a
/// vendor or service, nothing is listed: `overbroad-grant` tells of them.
fn can_do(context: &Context<'_>, id: PartyId) -> Vec<Doing> {
    let (model, graph) = (context.model, context.graph);
    let nodes = identities(context, id).chain([graph.party(id)]);
    let mut all = Vec::new();
    for node in nodes {
        for holding in graph.holdings(model, context.granted, node) {
            for piece in &holding.grants {
                let Slots::These(slots) = &piece.slots else {
                    continue;
                };
                if piece.gate.is_some() {
                    continue;
                }
                let doing = slots
                    .iter()
                    .filter(|slot| acts(model.catalog.operation_of(**slot).verb))
                    .map(|&slot| (holding.system, holding.tenant, slot, piece.place.clone()));
                all.extend(doing);
            }
        }
    }
    all
}

/// Resources that admit a vendor's service, whoever it acts for.
fn services(context: &Context<'_>, findings: &mut Findings) {
    let model = context.model;
    for resource in &model.resources {
        let vendor = model.system(resource.thing.system).vendor;
        let has_key = model
            .catalog
            .keys
            .iter()
            .any(|key| key.vendor == vendor && FOR_WHOM.contains(&&*key.name));
        if !has_key {
            continue;
        }
        for fact in &resource.facts {
            let Fact::Admits {
                refuses: false,
                who,
                conditions,
                ..
            } = fact
            else {
                continue;
            };
            if says_for_whom(model, conditions) {
                continue;
            }
            for one in who {
                if let Who::Service(name, span) = one {
                    findings.push(
                        Diagnostic::warning(
                            CHECK.name,
                            *span,
                            format!("`{name}` is admitted whoever it acts for"),
                        )
                        .help(format!("another customer can point the service at what is yours: add `where \"{}\" == \"…\"` with your account, or the resource on whose behalf it comes", FOR_WHOM[1])),
                    );
                }
            }
        }
    }
}

fn says_for_whom(model: &Model, conditions: &[ConditionId]) -> bool {
    conditions.iter().any(|&id| {
        let condition = model.condition(id);
        let key = condition.vendor_key.as_deref().unwrap_or(&condition.key);
        let known = FOR_WHOM.iter().any(|own| own.eq_ignore_ascii_case(key));
        known && !condition.absent_holds
    })
}
