//! What a grant gives beyond what is declared.

use super::draft::{Draft, Granter, Want};
use super::{Excess, RowId};
use crate::authority::address::AddressSet;
use crate::authority::pattern::Pattern;
use crate::diagnostic::Diagnostic;
use crate::model::catalog::SlotId;
use crate::model::rule::Slice;
use crate::model::thing::{Thing, ThingStep};

impl<'m> Granter<'m> {
    /// Says when the vendor's matcher reads a pattern more widely than it is declared:
    /// `acme-*/invoices/*` also matches bucket `acme-a`, key `x/invoices/y`.
    pub(super) fn wider_address(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        slice: &Slice,
        declared: &Pattern,
        granted: &Pattern,
        strangers: bool,
    ) {
        let span = want.of().thing.span;
        if strangers {
            self.excess(
                draft,
                want,
                text(granted),
                Self::slots(&slice.cube.operations),
            );
            let found = Diagnostic::warning(
                "excess-authority",
                span,
                "these names are not bound to your own tenant, so strangers' resources match too",
            )
            .help("write exact names");
            self.say(want.party, found);
        }
        if declared == granted {
            return;
        }
        let whole = self.whole_type(draft, &slice.thing);
        let key = (declared.clone(), whole.clone());
        let witness = if let Some(known) = self.witnesses.get(&key) {
            known.clone()
        } else {
            let witness = AddressSet::from(granted.clone())
                .intersect(&AddressSet::from(whole))
                .minus(declared)
                .example();
            self.witnesses.insert(key, witness.clone());
            witness
        };
        let Some(witness) = witness else {
            return;
        };
        self.excess(
            draft,
            want,
            text(granted),
            Self::slots(&slice.cube.operations),
        );
        let found = Diagnostic::warning(
            "excess-authority",
            span,
            format!("the vendor's `*` runs across separators, so this also grants `{witness}`"),
        )
        .help(
            "write an exact name before the separator, or keep such names out by your naming rules",
        );
        self.say(want.party, found);
    }

    /// Every address of a thing's type in the tenant.
    fn whole_type(&self, draft: &Draft<'m>, thing: &Thing) -> Pattern {
        let steps: Vec<ThingStep> = thing
            .steps
            .iter()
            .map(|step| ThingStep {
                of: step.of,
                names: self
                    .model
                    .catalog
                    .of(step.of)
                    .parameters
                    .iter()
                    .map(|parameter| Pattern::glob("*", &parameter.excluded))
                    .collect(),
            })
            .collect();
        self.declared_address(
            draft,
            &Thing {
                steps,
                ..thing.clone()
            },
        )
    }

    /// Says that a name does not limit some operations.
    pub(super) fn unnamed_excess(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        slice: &Slice,
        slots: &[SlotId],
    ) {
        let names = self.names_of(slots.iter().copied());
        let of = self.model.catalog.of(slice.thing.of).name.clone();
        self.excess(draft, want, format!("{of} of any name"), slots.to_vec());
        let found = Diagnostic::warning(
            "excess-authority",
            want.of().thing.span,
            format!(
                "a name does not limit {}, so this is granted on every `{of}` here",
                quoted(&names)
            ),
        )
        .help("the vendor checks these before there is a name to check: leave them out, or accept all names");
        self.say(want.party, found);
    }

    /// Enters excess, on its own or on an entry for the same unit.
    pub(super) fn excess(
        &mut self,
        draft: &Draft<'m>,
        want: &Want<'m>,
        unit: String,
        slots: Vec<SlotId>,
    ) {
        if self.quiet {
            return;
        }
        let operations = self.names_of(slots);
        let tenant = u32::try_from(draft.tenant).unwrap_or(u32::MAX);
        let key = (want.party, draft.system, tenant, unit.clone());
        let next = self.granted.excess.len();
        let at = *self.excess_index.entry(key).or_insert(next);
        match self.granted.excess.get_mut(at) {
            Some(known) => {
                known.operations.extend(operations);
                known.operations.sort();
                known.operations.dedup();
            }
            None => self.granted.excess.push(Excess {
                party: want.party,
                system: draft.system,
                tenant,
                unit,
                operations,
                span: want.of().thing.span,
            }),
        }
    }
}

/// A pattern as text, for people.
fn text(pattern: &Pattern) -> String {
    pattern.glob_text(|character, text| text.push(character))
}

/// Names in backticks: all of a few, else the first and how many there are.
pub(super) fn quoted(names: &[String]) -> String {
    const FEW: usize = 4;
    const FIRST: usize = 3;
    let all = names.len();
    let shown = if all > FEW { FIRST } else { all };
    let words: Vec<String> = names[..shown]
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    let words = words.join(", ");
    if shown == all {
        words
    } else {
        format!("{words} and {} more ({all} in all)", all - shown)
    }
}

/// Rows without repetition, in order.
pub(super) fn unique(rows: Vec<RowId>) -> Vec<RowId> {
    let mut seen = Vec::with_capacity(rows.len());
    for row in rows {
        if !seen.contains(&row) {
            seen.push(row);
        }
    }
    seen
}
