//! Ways that open and close, and who comes to whoever gains.

use super::Comparison;
use crate::diff::Side;
use crate::diff::route::{Routes, Start, Stop, Stops, Told, comers, gained, tell};
use crate::model::PartyId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

impl Comparison<'_, '_> {
    pub(super) fn ways(&mut self) {
        let mut stops = Stops::default();
        let base = Routes::new(self.base, &mut stops);
        let head = Routes::new(self.head, &mut stops);
        let wanted: HashSet<Stop> = self.stops_of_gainers(&head);
        let mut also: HashMap<Stop, BTreeSet<String>> = HashMap::new();
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        pairs.extend(
            self.paired
                .parties
                .both
                .iter()
                .map(|&(a, b)| (Some(a), Some(b))),
        );
        pairs.extend(self.paired.parties.new.iter().map(|&at| (None, Some(at))));
        pairs.extend(self.paired.parties.gone.iter().map(|&at| (Some(at), None)));
        for (old, new) in pairs {
            let was = old.map_or_else(BTreeMap::new, |at| base.row(&stops, PartyId::at(at)));
            let is = new.map_or_else(BTreeMap::new, |at| head.row(&stops, PartyId::at(at)));
            if let Some(at) = new {
                comers(&wanted, &self.head.parties[at], &is, &mut also);
                let more = gained(&stops, &is, &was);
                if !more.is_empty() {
                    opened.push(Start {
                        party: PartyId::at(at),
                        before: was.clone(),
                        gained: more,
                    });
                }
            }
            if let Some(at) = old {
                let less = gained(&stops, &was, &is);
                if !less.is_empty() {
                    closed.push(Start {
                        party: PartyId::at(at),
                        before: is,
                        gained: less,
                    });
                }
            }
        }
        let opened = self.told(&head, &stops, &opened);
        let closed = self.told(&base, &stops, &closed);
        self.drafts.ways(Side::Head, opened);
        self.drafts.ways(Side::Base, closed);
        self.add_comers(&head, &also);
    }

    fn told(&self, routes: &Routes<'_, '_>, stops: &Stops, starts: &[Start]) -> Vec<Told> {
        let side = if std::ptr::eq(routes.known(), self.head) {
            Side::Head
        } else {
            Side::Base
        };
        let drafts = &self.drafts;
        tell(routes, stops, starts, &|node| drafts.weight(side, node))
    }

    /// The stops of those who gain something, for finding who gains it with them.
    fn stops_of_gainers(&self, head: &Routes<'_, '_>) -> HashSet<Stop> {
        let names = self.drafts.gainers();
        let mut wanted = HashSet::new();
        for (node, _) in self.head.compiled.graph.nodes() {
            let holders = head.holders(node);
            if holders
                .iter()
                .any(|&id| names.contains(self.head.party(id)))
            {
                wanted.extend(head.stop(node));
            }
        }
        wanted
    }

    fn add_comers(&mut self, head: &Routes<'_, '_>, also: &HashMap<Stop, BTreeSet<String>>) {
        let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (node, _) in self.head.compiled.graph.nodes() {
            let holders = head.holders(node);
            let Some(who) = head.stop(node).and_then(|stop| also.get(&stop)) else {
                continue;
            };
            for &id in holders {
                let all = by_name.entry(self.head.party(id).to_owned()).or_default();
                all.extend(who.iter().cloned());
            }
        }
        self.drafts.add_comers(&by_name);
    }
}
