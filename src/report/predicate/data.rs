//! What kind of data it comes near.

use super::{Basis, Predicate};
use crate::check::delegation::agent_rule_of_two;
use crate::graph::Place;
use crate::model::fact::Fact;
use crate::model::party::PartyKind;
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::Rule;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&LABELLED, &NO_THREE];

/// DAT-01.
static LABELLED: Predicate = Predicate {
    id: "DAT-01",
    title: "Resource sensitivity declared",
    asks: "every system that it acts in, or what it reaches there, has labels",
    basis: Basis::Declaration,
    judge: |desk, id| {
        let model = &desk.compiled.model;
        let systems = desk.systems(id);
        if systems.is_empty() {
            return Answer::inapplicable("It acts in no system.");
        }
        let bare: Vec<_> = systems
            .iter()
            .copied()
            .filter(|&system| {
                let own = !model.system(system).labels.is_empty();
                let grants: Vec<Place> = desk
                    .bundles(id)
                    .filter(|bundle| bundle.system == system)
                    .flat_map(|bundle| {
                        let gates = bundle.gates.iter().flat_map(|gate| &gate.grants);
                        bundle.grants.iter().chain(gates)
                    })
                    .flat_map(|grant| &grant.things)
                    .flat_map(|thing| Place::each(model, thing))
                    .collect();
                // A label counts where it lies on what the integration holds.
                let inside = model.resources.iter().any(|resource| {
                    resource.thing.system == system
                        && (resource.facts.iter()).any(|fact| matches!(fact, Fact::Labels(_)))
                        && Place::each(model, &resource.thing)
                            .iter()
                            .any(|labelled| grants.iter().any(|held| labelled.meets(held)))
                });
                let of_types = desk
                    .bundles(id)
                    .filter(|bundle| bundle.system == system)
                    .any(|bundle| {
                        bundle
                            .grants
                            .iter()
                            .flat_map(|grant| &grant.things)
                            .any(|thing| {
                                thing
                                    .steps
                                    .iter()
                                    .any(|step| !model.catalog.of(step.of).labels.is_empty())
                            })
                    });
                !(own || inside || of_types)
            })
            .collect();
        let line = |&system: &crate::model::SystemId| {
            Evidence::Line(Line::System, model.system(system).span)
        };
        if bare.is_empty() {
            return Answer::met("Every system that it acts in, or what it holds there, says by labels how sensitive it is.")
                .on(systems.iter().map(line));
        }
        let names: Vec<String> = bare
            .iter()
            .map(|&system| format!("`{}`", model.system(system).name))
            .collect();
        Answer::partly(format!(
            "Nothing says how sensitive what lies in {} is: write `labels …` in the system, or in a `resource`.",
            names.join(", ")
        ))
        .on(bare.iter().map(line))
    },
};

/// DAT-02.
static NO_THREE: Predicate = Predicate {
    id: "DAT-02",
    title: "No sensitive-read + untrusted-input + external-send in one identity",
    asks: "an agent does not at once have private data, content of others, and a way out",
    basis: Basis::Graph,
    judge: |desk, id| {
        if desk.party(id).kind != PartyKind::Agent {
            return Answer::inapplicable("It is no agent: what others write does not instruct it.");
        }
        let holds = Answer::met(
            "It lacks one of the three: private data, content that others write, a way out.",
        )
        .on([desk.own_line(id)]);
        desk.by_rules(id, &[Rule::of(&agent_rule_of_two::CHECK)], holds)
    },
};
