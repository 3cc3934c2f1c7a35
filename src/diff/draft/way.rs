//! Ways from one to another, and who gains with whom.

use super::finish::{mark, score};
use super::{Draft, Drafts, plain};
use crate::diff::gather::subject_of;
use crate::diff::kind::{self, PATH};
use crate::diff::risk;
use crate::diff::route::Told;
use crate::diff::{Direction, Side};
use crate::graph::{Node, NodeId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl Drafts<'_, '_> {
    /// How grave it is to come to a node: scopes before parties, the riskier first.
    pub fn weight(&self, side: Side, node: NodeId) -> (Reverse<usize>, u8) {
        let known = self.known(side);
        let (sort, classes) = match known.compiled.graph.node(node) {
            Node::Scope(place) => (0, self.risks(side).place(place, true)),
            Node::Party(id) => (1, self.risks(side).held_by(*id)),
            Node::Identity(index) => {
                let bundle = &known.compiled.granted.bundles[*index as usize];
                let classes = bundle
                    .holders
                    .iter()
                    .flat_map(|&id| self.risks(side).held_by(id))
                    .collect();
                (2, classes)
            }
            Node::Unknown(place, _) => (3, self.risks(side).place(place, true)),
            Node::Anyone
            | Node::Resource(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => (4, BTreeSet::new()),
        };
        (Reverse(score(&classes)), sort)
    }

    /// Ways that the side has and the other has not.
    pub fn ways(&mut self, side: Side, told: Vec<Told>) {
        let direction = match side {
            Side::Head => Direction::Widens,
            Side::Base => Direction::Narrows,
        };
        for mut one in told {
            let known = self.known(side);
            let subject = subject_of(known, one.from);
            let to = one.way.to.clone();
            let what = match (one.to, one.rules) {
                (_, true) => format!("grant itself anything in `{to}`"),
                (Some(_), false) => format!("act as `{to}`"),
                (None, false) => format!("act as whoever `{to}` belongs to"),
            };
            let may = if one.way.verdict == "proven" {
                "can"
            } else {
                "may be able to"
            };
            let detail = match (side, one.way.was) {
                (Side::Head, "none") => format!("{may} now {what}"),
                (Side::Head, was) => format!("{may} now more surely {what} ({was} before)"),
                (Side::Base, "none") => format!("can no longer {what}"),
                (Side::Base, _) => format!("can less surely {what}"),
            };
            let mut change = plain(PATH.toward(direction), &subject, detail);
            change.direction = direction;
            change.lateral = true;
            change.resource = Some(to.clone());
            let mut risk = self.risks(side).party(one.from);
            if let Some(id) = one.to {
                risk.extend(self.risks(side).held_by(id));
            }
            if let Some(place) = &one.scope {
                risk.extend(self.risks(side).place(place, true));
            }
            change.risk = risk::ordered(&risk);
            change.path.clone_from(&one.way.path);
            let clause = one.span.and_then(|span| known.clause(span));
            match side {
                Side::Head => change.after = clause,
                Side::Base => change.before = clause,
            }
            let key = format!("{}\0{}\0{}", one.hop, one.way.verdict, one.way.was);
            change.fingerprint = mark(&change, &key);
            one.way.fingerprint.clone_from(&change.fingerprint);
            match side {
                Side::Head => self.opened.push(one.way),
                Side::Base => self.closed.push(one.way),
            }
            self.put(Draft::new(change, key));
        }
    }

    /// Whoever gains something of its own, by shared name.
    pub fn gainers(&self) -> HashSet<String> {
        self.all
            .iter()
            .filter(|draft| draft.change.direction == Direction::Widens && !draft.change.lateral)
            .map(|draft| draft.change.subject.clone())
            .collect()
    }

    /// Says of every gain who else has it, since they can act as whoever gains.
    pub fn add_comers(&mut self, comers: &BTreeMap<String, BTreeSet<String>>) {
        for draft in &mut self.all {
            let change = &mut draft.change;
            let is_own = [
                &kind::AUTHORITY_WIDENED,
                &kind::EXCESS_GROWN,
                &kind::CATALOGUE_WIDENED,
            ]
            .iter()
            .any(|kind| **kind == *change.kind);
            if is_own && change.direction == Direction::Widens {
                let all = comers.get(&change.subject).into_iter().flatten();
                change.also = all
                    .filter(|name| **name != change.subject)
                    .cloned()
                    .collect();
            }
        }
    }
}
