//! Who is the same on both sides in the same words, so that nothing of it needs to be compared.

use super::Comparison;
use crate::diff::gather::vendors;
use crate::diff::known::Known;
use crate::model::PartyId;
use crate::model::party::ClauseKind;
use std::collections::HashSet;

impl Comparison<'_, '_> {
    /// The pairs of parties of whom both sides say the same in the same words, in worlds that are
    /// the same: nothing about them needs to be compared but where they come by way of others.
    pub(super) fn alike(&self) -> HashSet<usize> {
        if !self.same_world() {
            return HashSet::new();
        }
        let words = |known: &Known<'_>, at: usize| -> Vec<String> {
            let party = &known.compiled.model.parties[at];
            let mut words = vec![format!("{} {}", party.kind.word(), party.complete)];
            for clause in &party.clauses {
                let profile = clause
                    .profile
                    .map(|id| &*known.compiled.model.profiles[id.index()].name);
                words.push(format!(
                    "{}\0{}",
                    profile.unwrap_or_default(),
                    known.compiled.sources.text(clause.span)
                ));
                if let ClauseKind::BoundedBy { allows, nevers, .. } = &clause.kind {
                    words.extend(allows.iter().chain(nevers).map(|rule| known.rule(rule)));
                }
            }
            words
        };
        let same = |base: usize, head: usize| words(self.base, base) == words(self.head, head);
        let pairs = self.paired.parties.both.iter();
        let mut alike: HashSet<usize> = pairs
            .filter(|&&(base, head)| self.base.parties[base] == self.head.parties[head])
            .filter(|&&(base, head)| {
                let own = &self.base.compiled.model.parties[base].name;
                *own == self.head.compiled.model.parties[head].name && same(base, head)
            })
            .map(|&(_, head)| head)
            .collect();
        // What others delegate, and whoever shares an identity, say something of a party, too.
        let changed: Vec<usize> = self
            .paired
            .parties
            .both
            .iter()
            .filter(|(_, head)| !alike.contains(head))
            .copied()
            .flat_map(|(base, head)| self.neighbours(base, head))
            .chain(
                self.paired
                    .parties
                    .new
                    .iter()
                    .flat_map(|&at| around(self.head, at)),
            )
            .chain(self.paired.parties.gone.iter().flat_map(|&at| {
                around(self.base, at)
                    .into_iter()
                    .filter_map(|other| self.in_head(other))
                    .collect::<Vec<_>>()
            }))
            .collect();
        for at in changed {
            alike.remove(&at);
        }
        alike
    }

    fn neighbours(&self, base: usize, head: usize) -> Vec<usize> {
        let mut all = around(self.head, head);
        all.extend(
            around(self.base, base)
                .into_iter()
                .filter_map(|at| self.in_head(at)),
        );
        all
    }

    /// Whether all that is not about somebody is written the same on both sides: systems, profiles
    /// (by the clauses that they give), the project's own vendor files.
    fn same_world(&self) -> bool {
        let systems = |known: &Known<'_>| -> Vec<String> {
            let model = &known.compiled.model;
            let systems = model.systems.iter().map(|system| {
                format!(
                    "{} {} {:?} {:?} {}",
                    system.name,
                    model.catalog.type_path(system.tenant_type),
                    system
                        .tenants
                        .iter()
                        .map(|tenant| (&tenant.name, &tenant.id))
                        .collect::<Vec<_>>(),
                    system.settings,
                    system.external,
                )
            });
            systems.chain(vendors(known)).collect()
        };
        let renamed = |known: &Known<'_>| {
            let model = &known.compiled.model;
            let teams = model.teams.iter().zip(&known.teams);
            let parties = model.parties.iter().zip(&known.parties);
            teams.filter(|(team, shared)| team.name != **shared).count()
                + parties
                    .filter(|(party, shared)| party.name != **shared)
                    .count()
        };
        systems(self.base) == systems(self.head) && renamed(self.base) == 0
    }
}

/// Whoever shares an identity with a party, and to whom it delegates.
fn around(known: &Known<'_>, at: usize) -> Vec<usize> {
    let id = PartyId::at(at);
    let mut all: Vec<usize> = known
        .bundles(id)
        .flat_map(|bundle| &bundle.holders)
        .map(|holder| holder.index())
        .collect();
    for clause in &known.compiled.model.party(id).clauses {
        if let ClauseKind::Delegates { to, .. } = &clause.kind {
            all.push(to.index());
        }
    }
    all
}
