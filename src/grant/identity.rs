//! One identity in one tenant: its bundle, who may become it, when it ends.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::draft::{Draft, Granter, first_holder};
use super::{Admission, Bundle, RowId};
use crate::authority::time::Instant;
use crate::model::PartyId;
use crate::model::party::{ClauseKind, CredentialKind, Status, Who};

impl<'m> Granter<'m> {
    /// Chooses units for one identity in one tenant.
    pub fn bundle(&mut self, draft: &Draft<'m>) {
        let model = self.model;
        let party = first_holder(model, draft);
        let external = model.system(draft.system).external;
        let active = draft.holders.iter().any(|&id| {
            model.party(id).is_integration() && model.party(id).status() == Status::Active
        });
        self.quiet = !model.party(party).is_integration();
        self.conflicts(draft);
        self.dead_allows(draft);
        let mut bundle = Bundle {
            party,
            holders: draft.holders.clone(),
            system: draft.system,
            tenant: u32::try_from(draft.tenant).unwrap_or(u32::MAX),
            vendor: draft.vendor,
            identity: draft.identity.clone(),
            from: draft.from.clone(),
            grants: Vec::new(),
            denies: Vec::new(),
            gates: Vec::new(),
            admissions: self.admissions(draft),
            boundary: self.boundary(draft),
            identity_rows: self.identity_rows(draft),
            expires: self.expiries(draft),
            silent: external || !active || self.quiet,
        };
        if model.catalog.vendor(draft.vendor).has_units {
            self.by_units(draft, &mut bundle);
        } else {
            self.by_resources(draft, &mut bundle);
        }
        self.quiet = false;
        self.granted.bundles.push(bundle);
    }

    fn identity_rows(&self, draft: &Draft<'m>) -> Vec<RowId> {
        let mut rows = Vec::new();
        for &holder in &draft.holders {
            for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
                let here = match &clause.kind {
                    ClauseKind::Identity { thing, .. } => thing.system == draft.system,
                    ClauseKind::Credential { system, kind, .. } => {
                        *system == Some(draft.system) && !kind.is_long_lived()
                    }
                    _ => false,
                };
                if here {
                    rows.extend(self.rows_of(holder, index).whole);
                }
            }
        }
        rows
    }

    fn expiries(&self, draft: &Draft<'m>) -> Vec<(RowId, Instant)> {
        let mut all = Vec::new();
        for &holder in &draft.holders {
            for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
                if let ClauseKind::Expires(date) = &clause.kind {
                    let row = self.rows_of(holder, index).whole;
                    all.extend(row.map(|row| (row, date.end_of_day())));
                }
            }
        }
        all
    }

    fn admissions(&self, draft: &Draft<'m>) -> Vec<Admission> {
        let mut all: Vec<Admission> = Vec::new();
        for &holder in &draft.holders {
            let party = self.model.party(holder);
            if party.status() != Status::Active {
                continue;
            }
            for (index, clause) in (0u32..).zip(&party.clauses) {
                let of = self.rows_of(holder, index);
                let rows: Vec<RowId> = of.whole.into_iter().chain(of.conditions).collect();
                match &clause.kind {
                    ClauseKind::Trusts {
                        who,
                        system,
                        conditions,
                    } if *system == Some(draft.system) => all.push(Admission {
                        who: who.clone(),
                        conditions: conditions.clone(),
                        rows,
                    }),
                    ClauseKind::Credential {
                        kind: CredentialKind::Workload,
                        system,
                        ..
                    } if *system == Some(draft.system) => {
                        all.extend(self.hosting(draft, holder, &rows));
                    }
                    _ => {}
                }
            }
        }
        all
    }

    /// The services that host the identity's type on what the party runs on.
    fn hosting(&self, draft: &Draft<'m>, holder: PartyId, rows: &[RowId]) -> Vec<Admission> {
        let Some(identity) = &draft.identity else {
            return Vec::new();
        };
        let wanted = self.model.catalog.type_path(identity.of);
        let mut all = Vec::new();
        for (index, clause) in (0u32..).zip(&self.model.party(holder).clauses) {
            let ClauseKind::RunsOn(thing) = &clause.kind else {
                continue;
            };
            for hosts in &self.model.catalog.of(thing.of).hosts {
                if let (true, Some(via)) = (*hosts.identity == *wanted, &hosts.via) {
                    let mut rows = rows.to_vec();
                    rows.extend(self.rows_of(holder, index).whole);
                    all.push(Admission {
                        who: Who::Service(via.clone(), clause.span),
                        conditions: Vec::new(),
                        rows,
                    });
                }
            }
        }
        all
    }
}
