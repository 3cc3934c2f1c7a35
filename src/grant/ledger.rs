//! The rows of the ledger: at least one for every clause of the authority, identity and delegation
//! groups and for `expires`.

use super::draft::Granter;
use super::{Row, RowId, RowPart, State};
use crate::model::PartyId;
use crate::model::party::{ClauseGroup, ClauseKind};
use crate::model::rule::{Part, Rule};
use std::collections::HashMap;
use std::rc::Rc;

/// Where the rows of a clause are.
#[derive(Clone, Default)]
pub(super) struct ClauseRows {
    /// The row of the whole clause.
    pub whole: Option<RowId>,
    /// A row a resource, or a unit of `holds`.
    pub parts: Vec<RowId>,
    /// The row of `where`.
    pub conditions: Option<RowId>,
    /// The row of `until`.
    pub until: Option<RowId>,
    /// The row of `fields`.
    pub fields: Option<RowId>,
    /// The row of `with approval`.
    pub approval: Option<RowId>,
}

impl ClauseRows {
    fn has_any(&self) -> bool {
        let single = [
            self.whole,
            self.conditions,
            self.until,
            self.fields,
            self.approval,
        ];
        !self.parts.is_empty() || single.iter().any(Option::is_some)
    }

    /// The rows that a grant for the part at `index` holds, its conditions' row left out.
    pub fn of_part(&self, index: usize) -> Vec<RowId> {
        let mut rows: Vec<RowId> = self.parts.get(index).copied().into_iter().collect();
        rows.extend(self.until);
        rows.extend(self.fields);
        rows.extend(self.approval);
        rows
    }
}

/// The rows of all clauses.
pub(super) type Rows = HashMap<(PartyId, u32), Rc<ClauseRows>>;

impl Granter<'_> {
    /// Enters a row for every clause that wants one.
    pub(super) fn enter_rows(&mut self) {
        let model = self.model;
        for (id, party) in model.integrations() {
            for (index, clause) in (0u32..).zip(&party.clauses) {
                let rows = self.clause_rows(id, index, &clause.kind);
                if rows.has_any() {
                    self.row_index.insert((id, index), Rc::new(rows));
                }
            }
        }
    }

    fn clause_rows(&mut self, party: PartyId, clause: u32, kind: &ClauseKind) -> ClauseRows {
        let mut rows = ClauseRows::default();
        match kind {
            ClauseKind::Allow(rule)
            | ClauseKind::Delegates { rule, .. }
            | ClauseKind::Never(rule) => {
                self.rule_rows(party, clause, rule, State::Enforced, &mut rows);
            }
            ClauseKind::Holds { units, .. } => {
                for &unit in units {
                    let name = self.model.catalog.unit(unit).name.clone();
                    let part = RowPart::Resource(name);
                    let row = self.row(party, clause, part, State::Enforced);
                    rows.parts.push(row);
                }
            }
            ClauseKind::Expires(_) => {
                rows.whole = Some(self.row(party, clause, RowPart::Whole, State::Enforced));
            }
            ClauseKind::Unresolved(group) => {
                let wanted = match group {
                    ClauseGroup::Identity | ClauseGroup::Delegation | ClauseGroup::Authority => {
                        true
                    }
                    ClauseGroup::Governance | ClauseGroup::Exception => false,
                };
                if wanted {
                    let row = self.row(party, clause, RowPart::Whole, State::Unenforced);
                    self.why(row, "it could not be resolved");
                    rows.whole = Some(row);
                }
            }
            ClauseKind::Trusts { conditions, .. } => {
                rows.whole = Some(self.row(party, clause, RowPart::Whole, State::Recorded));
                if !conditions.is_empty() {
                    rows.conditions =
                        Some(self.row(party, clause, RowPart::Where, State::Recorded));
                }
            }
            ClauseKind::Acts(_)
            | ClauseKind::Identity { .. }
            | ClauseKind::Credential { .. }
            | ClauseKind::MemberOf(_)
            | ClauseKind::BoundedBy { .. }
            | ClauseKind::RunsFrom(_)
            | ClauseKind::RunsOn(_)
            | ClauseKind::TriggeredBy(_)
            | ClauseKind::Ingests(_)
            | ClauseKind::Inherits { .. } => {
                rows.whole = Some(self.row(party, clause, RowPart::Whole, State::Recorded));
            }
            ClauseKind::Owner(_)
            | ClauseKind::Purpose(_)
            | ClauseKind::Operator(_)
            | ClauseKind::Review { .. }
            | ClauseKind::Revoke(_)
            | ClauseKind::Monitor(_)
            | ClauseKind::Status(_)
            | ClauseKind::Accept(_) => {}
        }
        rows
    }

    fn rule_rows(
        &mut self,
        party: PartyId,
        clause: u32,
        rule: &Rule,
        state: State,
        rows: &mut ClauseRows,
    ) {
        let state = if rule.approval.is_some() {
            State::Gated
        } else {
            state
        };
        for part in &rule.parts {
            let name = RowPart::Resource(self.written(part).into());
            let row = self.row(party, clause, name, state);
            rows.parts.push(row);
        }
        if !rule.conditions.is_empty() {
            rows.conditions = Some(self.row(party, clause, RowPart::Where, state));
        }
        if rule.until.is_some() {
            rows.until = Some(self.row(party, clause, RowPart::Until, state));
        }
        if !rule.fields.is_empty() {
            rows.fields = Some(self.row(party, clause, RowPart::Fields, state));
        }
        if rule.approval.is_some() {
            rows.approval = Some(self.row(party, clause, RowPart::Approval, State::Gated));
        }
    }

    /// A part's resource as it is written: `books.invoice`, `aws-prod.s3.bucket("a").object`.
    fn written(&self, part: &Part) -> String {
        let mut text = self.thing_text(&part.thing);
        if part.within {
            text.insert_str(0, "within ");
        }
        text
    }

    fn row(&mut self, party: PartyId, clause: u32, part: RowPart, state: State) -> RowId {
        let id = RowId(u32::try_from(self.granted.rows.len()).unwrap_or(u32::MAX));
        self.granted.rows.push(Row {
            party,
            clause,
            part,
            state,
            why: None,
        });
        id
    }

    /// Says why a row is as it is, unless that was said before.
    pub(super) fn why(&mut self, row: RowId, why: &str) {
        let row = &mut self.granted.rows[row.0 as usize];
        if row.why.is_none() {
            row.why = Some(why.to_owned());
        }
    }

    /// Sets what becomes of a row. The worst of several answers stands.
    pub(super) fn set(&mut self, row: RowId, state: State, why: Option<&str>) {
        let entry = &mut self.granted.rows[row.0 as usize];
        if entry.state == State::Unenforced {
            return;
        }
        entry.state = state;
        if let Some(why) = why {
            entry.why = Some(why.to_owned());
        }
    }

    /// The rows of a clause; none for a principal's, of which nothing is emitted.
    pub(super) fn rows_of(&self, party: PartyId, clause: u32) -> Rc<ClauseRows> {
        self.row_index
            .get(&(party, clause))
            .cloned()
            .unwrap_or_default()
    }
}
