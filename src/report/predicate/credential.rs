//! How it proves who it is, and how that ages.

use super::{Basis, Predicate};
use crate::check::delegation::{shared_credential, shared_identity};
use crate::check::governance::{long_lived_secret, no_rotation, stale_credential};
use crate::model::party::CredentialKind;
use crate::model::{PartyId, SystemId};
use crate::report::answer::{Answer, Evidence, Line};
use crate::report::desk::{Credential, Desk, Rule};
use crate::settings::Duty;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[
    &DECLARED,
    &ACCEPTED,
    &SHORT,
    &ROTATED,
    &AUTOMATIC,
    &STORED,
    &UNSHARED,
    &ONE_WORKLOAD,
    &TRANSPORT,
    &IN_TIME,
    &TIED,
];

fn clauses(credentials: &[Credential<'_>]) -> Vec<Evidence> {
    credentials
        .iter()
        .map(|one| Evidence::Clause(one.clause))
        .collect()
}

/// What a credential is called: its kind, and for which system.
fn called(desk: &Desk<'_>, one: &Credential<'_>) -> String {
    match one.system {
        Some(system) => format!(
            "{} for `{}`",
            one.kind.word(),
            desk.compiled.model.system(system).name
        ),
        None => one.kind.word().to_owned(),
    }
}

fn all_called(desk: &Desk<'_>, all: &[Credential<'_>]) -> String {
    let names: Vec<String> = all.iter().map(|one| called(desk, one)).collect();
    names.join(", ")
}

fn long_lived<'a>(desk: &Desk<'a>, id: PartyId) -> Vec<Credential<'a>> {
    desk.credentials(id)
        .filter(|one| one.kind.is_long_lived())
        .collect()
}

/// What is said of every credential first: an identity without a `credential` clause is unknown.
fn uncovered(desk: &Desk<'_>, id: PartyId) -> Option<Answer> {
    let model = &desk.compiled.model;
    let (system, clause) = *without(desk, id).first()?;
    Some(
        Answer::unknown(format!(
            "Its identity in `{}` has no `credential` clause, so how it proves itself is not known.",
            model.system(system).name
        ))
        .on([Evidence::Clause(clause)]),
    )
}

/// Its identities for which no clause says how they prove themselves, with their clauses.
fn without(desk: &Desk<'_>, id: PartyId) -> Vec<(SystemId, usize)> {
    let credentials: Vec<_> = desk.credentials(id).collect();
    let covers = |system: SystemId| credentials.iter().any(|one| one.system == Some(system));
    desk.party(id)
        .identities()
        // Whoever holds another identity comes with that one's credential.
        .filter(|(_, thing, from)| from.is_none() && !covers(thing.system))
        .map(|(clause, thing, _)| (thing.system, clause))
        .collect()
}

/// The credentials that say that nothing proves who calls.
fn open(desk: &Desk<'_>, id: PartyId) -> Option<Answer> {
    let none = desk
        .credentials(id)
        .find(|one| one.kind == CredentialKind::None)?;
    Some(
        Answer::failed(format!(
            "A clause says that nothing proves who calls: {}.",
            called(desk, &none)
        ))
        .on([Evidence::Clause(none.clause)]),
    )
}

/// Where there is nothing that could be exchanged or kept: no credential at all, or none known.
fn nothing(desk: &Desk<'_>, id: PartyId) -> Option<Answer> {
    let mut all = desk.credentials(id).peekable();
    let has_none = all.peek().is_some() && all.all(|one| one.kind == CredentialKind::None);
    if has_none {
        return Some(Answer::inapplicable("It has no credential at all."));
    }
    uncovered(desk, id)
}

/// CRD-01.
static DECLARED: Predicate = Predicate {
    id: "CRD-01",
    title: "Credential type declared",
    asks: "every identity says by what kind of credential it proves itself",
    basis: Basis::Declaration,
    judge: declared,
};

fn declared(desk: &Desk<'_>, id: PartyId) -> Answer {
    let model = &desk.compiled.model;
    let credentials: Vec<_> = desk.credentials(id).collect();
    let without = without(desk, id);
    if let Some((system, clause)) = without.first() {
        return Answer::failed(format!(
            "Its identity in `{}` has no `credential` clause, so how it proves itself is not known: write `credential KIND for {}`.",
            model.system(*system).name, model.system(*system).name
        ))
        .on([Evidence::Clause(*clause)]);
    }
    if credentials.is_empty() {
        let own = desk.bundles(id).any(|bundle| bundle.identity.is_none());
        return if own {
            Answer::met("The platform that runs it gives every run a token of its own.")
        } else {
            Answer::inapplicable("It has no identity that would need a credential.")
        }
        .on([desk.own_line(id)]);
    }
    Answer::met(format!(
        "Every identity has its credential: {}.",
        all_called(desk, &credentials)
    ))
    .on(clauses(&credentials))
}

/// CRD-02.
static ACCEPTED: Predicate = Predicate {
    id: "CRD-02",
    title: "Credential type accepted",
    asks: "no identity proves itself by a password, and none needs no proof at all",
    basis: Basis::Declaration,
    judge: accepted,
};

fn accepted(desk: &Desk<'_>, id: PartyId) -> Answer {
    let credentials: Vec<_> = desk.credentials(id).collect();
    if let Some(answer) = open(desk, id).or_else(|| uncovered(desk, id)) {
        return answer;
    }
    let passwords: Vec<_> = credentials
        .iter()
        .copied()
        .filter(|one| {
            let kinds = [
                CredentialKind::Secret,
                CredentialKind::Key,
                CredentialKind::Token,
            ];
            kinds.contains(&one.kind)
        })
        .collect();
    let holds = if passwords.is_empty() {
        Answer::met("None of its credentials is a password, a key or another secret that whoever copies it can use.").on(
            if credentials.is_empty() {
                vec![desk.own_line(id)]
            } else {
                clauses(&credentials)
            },
        )
    } else {
        Answer::partly(format!(
            "It proves itself by what whoever copies it can use: {}. `workload`, `oidc` or `certificate` hold better where the system takes them.",
            all_called(desk, &passwords)
        ))
        .on(clauses(&passwords))
    };
    // What could have a token of its own and keeps a secret is what the rule finds.
    let without_rotation = desk
        .findings(id)
        .any(|(_, found)| found.rule == long_lived_secret::CHECK.name && !found.accepted);
    if without_rotation {
        return desk.by_rules(id, &[Rule::of(&long_lived_secret::CHECK)], holds);
    }
    holds
}

/// CRD-03.
static SHORT: Predicate = Predicate {
    id: "CRD-03",
    title: "Credential life within policy",
    asks: "a copied credential is of use for no longer than the policy allows",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if let Some(answer) = open(desk, id).or_else(|| uncovered(desk, id)) {
            return answer;
        }
        let limit = desk.limit(id, Duty::Rotation);
        let most = Desk::limit_words(&limit);
        let long = long_lived(desk, id);
        if long.is_empty() {
            let all: Vec<_> = desk.credentials(id).collect();
            return Answer::met(
                "All its credentials are short-lived tokens of a platform or an issuer.",
            )
            .on(if all.is_empty() {
                vec![desk.own_line(id)]
            } else {
                clauses(&all)
            });
        }
        if let Some(one) = long
            .iter()
            .find(|one| one.rotate.is_none_or(|rotate| rotate > limit.length))
        {
            let lasts = one
                .rotate
                .map_or("until somebody exchanges it".to_owned(), |rotate| {
                    format!("for {rotate}")
                });
            return Answer::failed(format!(
                "Whoever copies its {} can use it {lasts}, and the policy allows {most}.",
                called(desk, one)
            ))
            .on([Evidence::Clause(one.clause)]
                .into_iter()
                .chain(Desk::limit_line(&limit)));
        }
        let holds = Answer::met(format!(
            "Each of its long-lived credentials is exchanged within {most}: {}.",
            all_called(desk, &long)
        ))
        .on(clauses(&long).into_iter().chain(Desk::limit_line(&limit)));
        desk.by_rules(id, &[Rule::of(&long_lived_secret::CHECK)], holds)
    },
};

/// CRD-04.
static ROTATED: Predicate = Predicate {
    id: "CRD-04",
    title: "Rotation within policy",
    asks: "every long-lived credential is exchanged at least as often as the policy asks",
    basis: Basis::Declaration,
    judge: rotated,
};

fn rotated(desk: &Desk<'_>, id: PartyId) -> Answer {
    if let Some(answer) = nothing(desk, id) {
        return answer;
    }
    let long = long_lived(desk, id);
    if long.is_empty() {
        return Answer::met("It has no long-lived credential that would have to be exchanged.")
            .on([desk.own_line(id)]);
    }
    let limit = desk.limit(id, Duty::Rotation);
    let most = Desk::limit_words(&limit);
    if let Some(one) = long.iter().find(|one| one.rotate.is_none()) {
        let missing = Answer::failed(format!(
            "Its {} has no `rotate`, so nobody promised to exchange it: write `rotate {}`.",
            called(desk, one),
            limit.length
        ))
        .on([Evidence::Clause(one.clause)]);
        return desk.missing(id, &no_rotation::CHECK, missing);
    }
    let late = long.iter().find_map(|one| {
        let rotate = one.rotate.filter(|rotate| *rotate > limit.length)?;
        Some((one, rotate))
    });
    if let Some((one, rotate)) = late {
        return Answer::failed(format!(
            "Its {} is exchanged every {rotate}, and the policy asks for {most}.",
            called(desk, one)
        ))
        .on([Evidence::Clause(one.clause)]
            .into_iter()
            .chain(Desk::limit_line(&limit)));
    }
    Answer::met(format!(
        "Each of its long-lived credentials is exchanged within {most}: {}.",
        all_called(desk, &long)
    ))
    .on(clauses(&long).into_iter().chain(Desk::limit_line(&limit)))
}

/// CRD-05.
static AUTOMATIC: Predicate = Predicate {
    id: "CRD-05",
    title: "Rotation is automated",
    asks: "a program exchanges its credentials, and nobody by hand",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if let Some(answer) = nothing(desk, id) {
            return answer;
        }
        let long = long_lived(desk, id);
        if long.is_empty() {
            return Answer::met("Its credentials are issued anew for every use by a platform.")
                .on([desk.own_line(id)]);
        }
        Answer::silent(format!(
            "`rotate` says how often, and not by whom or what: {}.",
            all_called(desk, &long)
        ))
        .on(clauses(&long))
    },
};

/// CRD-06.
static STORED: Predicate = Predicate {
    id: "CRD-06",
    title: "Storage is an approved secret store",
    asks: "every long-lived credential is kept in a secret store",
    basis: Basis::Declaration,
    judge: stored,
};

fn stored(desk: &Desk<'_>, id: PartyId) -> Answer {
    if let Some(answer) = nothing(desk, id) {
        return answer;
    }
    let catalog = &desk.compiled.model.catalog;
    let long = long_lived(desk, id);
    if long.is_empty() {
        return Answer::met("It has no long-lived credential that would have to be kept.")
            .on([desk.own_line(id)]);
    }
    let (mut loose, mut elsewhere) = (Vec::new(), Vec::new());
    for one in &long {
        match one.stored_in {
            None => loose.push(*one),
            Some(thing) if !catalog.of(thing.of).roles.secret => elsewhere.push((*one, thing)),
            Some(_) => {}
        }
    }
    if let Some((one, thing)) = elsewhere.first() {
        return Answer::failed(format!(
            "Its {} is kept in a `{}`, which is no secret store.",
            called(desk, one),
            catalog.type_path(thing.of)
        ))
        .on([Evidence::Clause(one.clause)]);
    }
    if !loose.is_empty() {
        return Answer::unknown(format!(
            "Nobody says where its {} is kept: write `in SYSTEM.…` behind the credential.",
            all_called(desk, &loose)
        ))
        .on(clauses(&loose));
    }
    Answer::met(format!(
        "Kept in secret stores: {}.",
        all_called(desk, &long)
    ))
    .on(clauses(&long))
}

/// CRD-07.
static UNSHARED: Predicate = Predicate {
    id: "CRD-07",
    title: "Credential not shared",
    asks: "no other integration lives on the same credential",
    basis: Basis::Graph,
    judge: |desk, id| {
        let all: Vec<_> = desk.credentials(id).collect();
        let holds = Answer::met("No declared integration shares a credential with it.").on(
            if all.is_empty() {
                vec![desk.own_line(id)]
            } else {
                clauses(&all)
            },
        );
        let rules = [
            Rule::of(&shared_credential::CHECK),
            Rule::of(&shared_identity::CHECK),
        ];
        let own = desk.by_rules(id, &rules, holds);
        other_half(desk, id, own)
    },
};

/// A finding about two integrations stands with one of them: the other half hears of it here.
fn other_half(desk: &Desk<'_>, id: PartyId, own: Answer) -> Answer {
    if own.outcome != crate::report::answer::Outcome::Met {
        return own;
    }
    let model = &desk.compiled.model;
    let party = desk.party(id);
    let mut shared = desk.found_by(shared_credential::CHECK.name);
    let told = shared.find(|(_, found)| {
        let mut places = found.related.iter();
        places.any(|label| {
            party
                .clauses
                .iter()
                .any(|clause| clause.span.holds(label.span))
        })
    });
    if let Some((at, found)) = told {
        return Answer::failed(crate::report::desk::sentence(&found.message))
            .on([Evidence::Finding(at), desk.own_line(id)]);
    }
    for bundle in desk.bundles(id) {
        let other = bundle
            .holders
            .iter()
            .find(|&&holder| holder != id && model.party(holder).is_integration());
        if let Some(&other) = other {
            let other = model.party(other);
            return Answer::failed(format!(
                "`{}` is the same identity in `{}`, so whoever has the one credential has the other.",
                other.name,
                model.system(bundle.system).name
            ))
            .on([Evidence::Line(Line::Integration, other.name_span)]);
        }
    }
    own
}

/// CRD-08.
static ONE_WORKLOAD: Predicate = Predicate {
    id: "CRD-08",
    title: "One identity per workload",
    asks: "no other integration acts under its identity",
    basis: Basis::Graph,
    judge: |desk, id| {
        let identities: Vec<Evidence> = desk
            .party(id)
            .identities()
            .map(|(clause, ..)| Evidence::Clause(clause))
            .collect();
        let holds = Answer::met("No declared integration acts under an identity of its.").on(
            if identities.is_empty() {
                vec![desk.own_line(id)]
            } else {
                identities
            },
        );
        let own = desk.by_rules(id, &[Rule::of(&shared_identity::CHECK)], holds);
        other_half(desk, id, own)
    },
};

/// CRD-09.
static TRANSPORT: Predicate = Predicate {
    id: "CRD-09",
    title: "Transport protected",
    asks: "what it sends and receives is encrypted on the way",
    basis: Basis::Declaration,
    judge: |_, _| {
        Answer::silent(
            "Declarations say nothing of the transport: the vendors' interfaces and the network decide.",
        )
    },
};

/// CRD-10.
static IN_TIME: Predicate = Predicate {
    id: "CRD-10",
    title: "Rotation not overdue",
    asks: "no credential is older than was promised",
    basis: Basis::Clock,
    judge: |desk, id| {
        if let Some(answer) = nothing(desk, id) {
            return answer;
        }
        let long = long_lived(desk, id);
        if long.is_empty() {
            return Answer::met("It has no long-lived credential that could be too old.")
                .on([desk.own_line(id)]);
        }
        if let Some(one) = long.iter().find(|one| one.rotate.is_none()) {
            return Answer::failed(format!(
                "Its {} has no `rotate`, so it is never due and only grows older.",
                called(desk, one)
            ))
            .on([Evidence::Clause(one.clause)]);
        }
        let last: Vec<Evidence> = desk
            .context
            .rotations(id)
            .filter(|rotation| {
                let of = rotation.system;
                rotation.on <= desk.today
                    && (of.is_none() || long.iter().any(|one| one.system == of))
            })
            .map(|rotation| Evidence::Line(Line::Fact, rotation.span))
            .collect();
        let holds =
            Answer::met("Every long-lived credential was exchanged within what was promised.")
                .on(last.into_iter().chain(clauses(&long)));
        let rule = Rule::of(&stale_credential::CHECK)
            .wants("a line `rotated NAME for SYSTEM on DATE` for each credential");
        desk.by_rules(id, &[rule], holds)
    },
};

/// CRD-11.
static TIED: Predicate = Predicate {
    id: "CRD-11",
    title: "Token is sender-constrained or audience-bound",
    asks: "a copied token is of no use to whoever copied it, or elsewhere",
    basis: Basis::Declaration,
    judge: |desk, id| {
        if let Some(answer) = open(desk, id).or_else(|| uncovered(desk, id)) {
            return answer;
        }
        let all: Vec<_> = desk.credentials(id).collect();
        let bearer: Vec<_> = long_lived(desk, id)
            .into_iter()
            .filter(|one| one.kind != CredentialKind::Certificate)
            .collect();
        if bearer.is_empty() {
            return Answer::met("Its tokens are issued for one audience, or bound to a key.").on(
                if all.is_empty() {
                    vec![desk.own_line(id)]
                } else {
                    clauses(&all)
                },
            );
        }
        Answer::unknown(format!(
            "Whoever copies it can use it, unless the system binds it to its sender, which no declaration says: {}.",
            all_called(desk, &bearer)
        ))
        .on(clauses(&bearer))
    },
};
