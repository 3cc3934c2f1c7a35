//! Who on one side is who on the other: by name, and where a name is on one side only, by what it
//! stands for.

use super::known::Known;
use crate::model::Model;
use crate::model::party::{ClauseKind, Party};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

/// What is on both sides, and what on one only, by index.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Pairs {
    /// Base and head, in the order of the head.
    pub both: Vec<(usize, usize)>,
    /// In the base only.
    pub gone: Vec<usize>,
    /// In the head only.
    pub new: Vec<usize>,
}

impl Pairs {
    /// Pairs what has the same name; of several that have, the first.
    pub fn by_name<'a>(
        base: impl Iterator<Item = &'a str>,
        head: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut names: HashMap<&str, usize> = HashMap::new();
        let mut gone = BTreeSet::new();
        for (index, name) in base.enumerate() {
            names.entry(name).or_insert(index);
            gone.insert(index);
        }
        let mut pairs = Pairs::default();
        for (index, name) in head.enumerate() {
            match names.remove(name) {
                Some(old) => {
                    gone.remove(&old);
                    pairs.both.push((old, index));
                }
                None => pairs.new.push(index),
            }
        }
        pairs.gone = gone.into_iter().collect();
        pairs
    }

    /// Pairs what is left by what it stands for; of several alike, in the order of each side. What
    /// has no key is paired with nothing.
    pub fn by_key<K: Ord>(
        &mut self,
        base: impl Fn(usize) -> Option<K>,
        head: impl Fn(usize) -> Option<K>,
    ) {
        let mut keys: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        for &index in &self.gone {
            if let Some(key) = base(index) {
                keys.entry(key).or_default().push_back(index);
            }
        }
        let mut both = Vec::new();
        self.new.retain(|&index| {
            let old = head(index)
                .and_then(|key| keys.get_mut(&key))
                .and_then(VecDeque::pop_front);
            if let Some(old) = old {
                both.push((old, index));
            }
            old.is_none()
        });
        let paired: HashSet<usize> = both.iter().map(|(old, _)| *old).collect();
        self.gone.retain(|index| !paired.contains(index));
        self.both.extend(both);
        self.both.sort_by_key(|&(_, head)| head);
    }
}

/// Everything that is paired.
#[derive(Clone, Default, Debug)]
pub struct Paired {
    /// Systems.
    pub systems: Pairs,
    /// Teams.
    pub teams: Pairs,
    /// Integrations and principals.
    pub parties: Pairs,
    /// Guards.
    pub guards: Pairs,
    /// Tests.
    pub tests: Pairs,
}

/// Pairs both sides, and calls what is renamed by its new name on the base's side too.
pub fn pair(base: &mut Known<'_>, head: &mut Known<'_>) -> Paired {
    let mut paired = Paired {
        systems: names(base, head, |model| {
            model.systems.iter().map(|one| &*one.name).collect()
        }),
        teams: names(base, head, |model| {
            model.teams.iter().map(|one| &*one.name).collect()
        }),
        parties: names(base, head, |model| {
            model.parties.iter().map(|one| &*one.name).collect()
        }),
        guards: names(base, head, |model| {
            model.guards.iter().map(|one| &*one.name).collect()
        }),
        tests: names(base, head, |model| {
            model.tests.iter().map(|one| &*one.name).collect()
        }),
    };
    paired.systems.by_key(
        |at| Some(system_key(base, at)),
        |at| Some(system_key(head, at)),
    );
    for &(old, new) in &paired.systems.both {
        base.systems[old].clone_from(&head.systems[new]);
    }
    paired
        .teams
        .by_key(|at| team_key(base, at), |at| team_key(head, at));
    for &(old, new) in &paired.teams.both {
        base.teams[old].clone_from(&head.teams[new]);
    }
    // All but its name, then all but its name and its identity's, then its identity.
    for way in [party_whole, party_named, party_identity] {
        let old = left(base, &paired.parties.gone);
        let new = left(head, &paired.parties.new);
        let (base_side, head_side) = (&*base, &*head);
        paired
            .parties
            .by_key(|at| way(base_side, &old, at), |at| way(head_side, &new, at));
        for &(old, new) in &paired.parties.both {
            base.parties[old].clone_from(&head.parties[new]);
        }
    }
    paired
        .guards
        .by_key(|at| guard_key(base, at), |at| guard_key(head, at));
    paired
        .tests
        .by_key(|at| test_key(base, at), |at| test_key(head, at));
    paired
}

fn names(base: &Known<'_>, head: &Known<'_>, of: for<'m> fn(&'m Model) -> Vec<&'m str>) -> Pairs {
    Pairs::by_name(
        of(&base.compiled.model).into_iter(),
        of(&head.compiled.model).into_iter(),
    )
}

/// The names of parties.
fn left<'c>(known: &Known<'c>, parties: &[usize]) -> HashSet<&'c str> {
    let model = &known.compiled.model;
    let names = parties.iter().map(|&at| &*model.parties[at].name);
    names.collect()
}

/// A system is what its vendor knows by the same tenants.
fn system_key(known: &Known<'_>, at: usize) -> Vec<String> {
    let model = &known.compiled.model;
    let system = &model.systems[at];
    let mut key = vec![model.catalog.type_path(system.tenant_type)];
    for tenant in &system.tenants {
        key.push(tenant.name.as_deref().unwrap_or_default().to_owned());
        key.push(tenant.id.to_string());
    }
    key
}

/// A team is whoever is reached the same way.
fn team_key(known: &Known<'_>, at: usize) -> Option<String> {
    let team = &known.compiled.model.teams[at];
    let group = team.group.as_ref().map(|group| known.thing(group));
    (team.contact.is_some() || group.is_some()).then(|| {
        format!(
            "{}\0{}",
            team.contact.as_deref().unwrap_or_default(),
            group.unwrap_or_default()
        )
    })
}

fn party_whole(known: &Known<'_>, left: &HashSet<&str>, at: usize) -> Option<Vec<String>> {
    signature(known, left, at, true)
}

fn party_named(known: &Known<'_>, left: &HashSet<&str>, at: usize) -> Option<Vec<String>> {
    signature(known, left, at, false)
}

/// Of the same sort and with the same identities, of which there are some.
fn party_identity(known: &Known<'_>, _: &HashSet<&str>, at: usize) -> Option<Vec<String>> {
    let party = &known.compiled.model.parties[at];
    let mut key: Vec<String> = party
        .identities()
        .map(|(_, thing, _)| known.thing(thing))
        .collect();
    if key.is_empty() {
        return None;
    }
    key.sort();
    key.push(party.is_integration().to_string());
    Some(key)
}

/// All that is said of somebody, in words without its own name and those of others that are
/// without a pair as yet. None where nothing is said of its authority, since then many are alike.
fn signature(
    known: &Known<'_>,
    left: &HashSet<&str>,
    at: usize,
    with_identity: bool,
) -> Option<Vec<String>> {
    let model = &known.compiled.model;
    let party: &Party = &model.parties[at];
    let mut key = vec![party.kind.word().to_owned()];
    let mut says = false;
    for clause in &party.clauses {
        match &clause.kind {
            ClauseKind::Identity { thing, .. } => {
                says = true;
                if with_identity {
                    key.push(known.thing(thing));
                }
            }
            ClauseKind::Credential { .. } if !with_identity => {}
            ClauseKind::Allow(rule) => {
                says = true;
                key.push(format!("allow {}", known.rule(rule)));
            }
            ClauseKind::Never(rule) => {
                says = true;
                key.push(format!("never {}", known.rule(rule)));
            }
            ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Expires(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Acts(_)
            | ClauseKind::Credential { .. }
            | ClauseKind::Trusts { .. }
            | ClauseKind::MemberOf(_)
            | ClauseKind::BoundedBy { .. }
            | ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::TriggeredBy(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Delegates { .. }
            | ClauseKind::Inherits { .. }
            | ClauseKind::Holds { .. }
            | ClauseKind::Accept(_)
            | ClauseKind::Unresolved(_) => {
                // Others who are renamed in the same change would tell the two apart.
                let words = known.words(clause.span);
                let words = words.split(' ').map(|word| {
                    if left.contains(word.trim_matches(',')) {
                        "?"
                    } else {
                        word
                    }
                });
                key.push(words.collect::<Vec<_>>().join(" "));
            }
        }
    }
    key.sort();
    says.then_some(key)
}

fn guard_key(known: &Known<'_>, at: usize) -> Option<Vec<String>> {
    let guard = &known.compiled.model.guards[at];
    let mut key: Vec<String> = guard
        .rules
        .iter()
        .map(|rule| known.words(rule.span))
        .collect();
    key.sort();
    (!key.is_empty()).then_some(key)
}

fn test_key(known: &Known<'_>, at: usize) -> Option<Vec<String>> {
    let test = &known.compiled.model.tests[at];
    let mut key: Vec<String> = test
        .assertions
        .iter()
        .map(|assertion| known.words(assertion.span))
        .collect();
    key.sort();
    (!key.is_empty()).then_some(key)
}
