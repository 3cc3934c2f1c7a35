//! Ways that are opened or closed: who comes to whom on one side and not on the other, told by the
//! first hop that is new.

use super::Way;
use super::known::Known;
use crate::graph::{self, DelegationGraph, Node, NodeId, Reach, Verdict};
use crate::model::PartyId;
use crate::question::hops;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// So many starts are searched one by one; ways from further ones are only counted.
const STARTS: usize = 400;
/// So many pairs are named beside the one that is told.
const OTHERS: usize = 25;

/// A stop by a number that both sides share.
pub type Stop = u32;

/// The stops of both sides.
#[derive(Default, Debug)]
pub struct Stops {
    ids: HashMap<String, Stop>,
    names: Vec<String>,
    /// By stop, the scopes around it.
    around: HashMap<Stop, BTreeSet<Stop>>,
}

impl Stops {
    fn put(&mut self, key: String, name: impl FnOnce() -> String) -> Stop {
        if let Some(&known) = self.ids.get(&key) {
            return known;
        }
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.ids.insert(key, next);
        self.names.push(name());
        next
    }

    /// Whether somebody who comes to all of `row` can give itself this stop anyway, since it lies in
    /// a scope in which it can grant itself anything as surely.
    fn is_inside(&self, row: &Row, stop: Stop, verdict: Verdict) -> bool {
        let mut around = self.around.get(&stop).into_iter().flatten();
        around.any(|scope| row.get(scope).is_some_and(|(there, _)| *there <= verdict))
    }

    /// What a stop is called.
    pub fn name(&self, stop: Stop) -> &str {
        &self.names[stop as usize]
    }
}

/// Where somebody comes: the best verdict by stop.
pub type Row = BTreeMap<Stop, (Verdict, NodeId)>;

/// One side's graph in shared numbers.
pub struct Routes<'k, 'c> {
    known: &'k Known<'c>,
    /// By node.
    stops: Vec<Option<Stop>>,
}

impl<'k, 'c> Routes<'k, 'c> {
    /// Numbers the stops of a side.
    pub fn new(known: &'k Known<'c>, all: &mut Stops) -> Self {
        let compiled = known.compiled;
        let graph = &compiled.graph;
        let mut ordinals: HashMap<(PartyId, u32, u32), usize> = HashMap::new();
        let mut stops = Vec::new();
        for (id, node) in graph.nodes() {
            let stop = match node {
                Node::Party(party) => {
                    let name = known.party(*party);
                    Some(all.put(format!("party\0{name}"), || name.to_owned()))
                }
                Node::Identity(index) => {
                    let bundle = &compiled.granted.bundles[*index as usize];
                    // Which of its identities there: another name for it is the same identity.
                    let key = (bundle.party, bundle.system.0, bundle.tenant);
                    let ordinal = ordinals.entry(key).or_default();
                    *ordinal += 1;
                    let name = known.party(bundle.party);
                    let system = known.system(bundle.system);
                    let tenant = known.tenant(bundle.system, bundle.tenant as usize);
                    Some(all.put(
                        format!("identity\0{name}\0{system}\0{tenant}\0{ordinal}"),
                        || name.to_owned(),
                    ))
                }
                Node::Scope(place) => {
                    let text = known.place_text(place);
                    Some(all.put(format!("scope\0{text}"), || text.clone()))
                }
                Node::Unknown(place, hold) => {
                    let text = known.place_text(place);
                    Some(all.put(format!("unknown\0{text}\0{}", hold.word()), || text.clone()))
                }
                Node::Anyone => Some(all.put("anyone".to_owned(), || "anyone".to_owned())),
                Node::Resource(..) | Node::Content(_) | Node::Passed(_) | Node::Means(_) => None,
            };
            debug_assert_eq!(stops.len(), id.index());
            stops.push(stop);
        }
        let routes = Routes { known, stops };
        routes.nest(all);
        routes
    }

    /// Finds the scopes around everything.
    fn nest(&self, all: &mut Stops) {
        let mut scopes: HashMap<(u32, u32), Vec<(Stop, &graph::Place)>> = HashMap::new();
        for (id, node) in self.graph().nodes() {
            if let (Node::Scope(place), Some(stop)) = (node, self.stop(id)) {
                let here = (place.system.0, place.tenant);
                scopes.entry(here).or_default().push((stop, place));
            }
        }
        for (id, node) in self.graph().nodes() {
            let (Node::Scope(place) | Node::Unknown(place, _), Some(stop)) = (node, self.stop(id))
            else {
                continue;
            };
            let here = scopes.get(&(place.system.0, place.tenant));
            for (scope, around) in here.into_iter().flatten() {
                if *scope != stop && around.holds(place) {
                    all.around.entry(stop).or_default().insert(*scope);
                }
            }
        }
    }

    /// The side.
    pub fn known(&self) -> &'k Known<'c> {
        self.known
    }

    fn graph(&self) -> &'c DelegationGraph {
        &self.known.compiled.graph
    }

    /// The shared number of a node that people are shown.
    pub fn stop(&self, node: NodeId) -> Option<Stop> {
        self.stops[node.index()]
    }

    /// Whom a node is the identity of, or who it is.
    pub fn holders(&self, node: NodeId) -> &'c [PartyId] {
        match self.graph().node(node) {
            Node::Party(id) => std::slice::from_ref(id),
            Node::Identity(index) => &self.known.compiled.granted.bundles[*index as usize].holders,
            Node::Resource(..)
            | Node::Scope(_)
            | Node::Anyone
            | Node::Unknown(..)
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => &[],
        }
    }

    /// Where a party comes, itself left out, and what lies in a scope in which it can grant itself
    /// anything. What guards block is no way.
    pub fn row(&self, stops: &Stops, party: PartyId) -> Row {
        let mut row: Row = BTreeMap::new();
        for (node, verdict) in self.graph().closure().of_party(party) {
            let is_nobody = matches!(self.graph().node(node), Node::Anyone);
            if verdict == Verdict::Blocked || is_nobody || self.holders(node).contains(&party) {
                continue;
            }
            if let Some(stop) = self.stop(node) {
                let known = row.entry(stop).or_insert((verdict, node));
                *known = (*known).min((verdict, node));
            }
        }
        let inside: Vec<Stop> = row
            .iter()
            .filter(|(stop, (verdict, _))| stops.is_inside(&row, **stop, *verdict))
            .map(|(stop, _)| *stop)
            .collect();
        for stop in inside {
            row.remove(&stop);
        }
        row
    }
}

/// One way, with what is needed to rank it.
pub struct Told {
    /// The way; its fingerprint is still to be set.
    pub way: Way,
    /// Whom it leads to, where that is somebody.
    pub to: Option<PartyId>,
    /// The scope or resource that it leads to, else.
    pub scope: Option<graph::Place>,
    /// Whether whoever comes there can grant itself anything in it.
    pub rules: bool,
    /// Who it is from.
    pub from: PartyId,
    /// The hop that is new, in shared words.
    pub hop: String,
    /// Where the new hop is declared.
    pub span: Option<crate::source::Span>,
}

/// A start whose ways differ: the party on the side that has them, and its row on the other side.
pub struct Start {
    /// Who.
    pub party: PartyId,
    /// Where it comes on the other side.
    pub before: Row,
    /// Where it comes here and not there, or less surely there.
    pub gained: Row,
}

/// Ways that begin with the same clause of the same holder are told as one.
type Key = (String, Option<crate::source::Span>);

/// Tells of ways by their first new hops. `weigh` says how grave it is to come to a node, the
/// gravest first.
pub fn tell<W: Ord + Copy>(
    routes: &Routes<'_, '_>,
    stops: &Stops,
    starts: &[Start],
    weigh: &dyn Fn(NodeId) -> W,
) -> Vec<Told> {
    struct Group<W> {
        /// Whether the start is where the hop begins; the gravity; how far; who; where to.
        best: (bool, W, usize, usize, NodeId),
        pairs: BTreeSet<(String, String)>,
        /// Where the first new hops lead.
        hops: BTreeSet<String>,
        count: usize,
    }
    let graph = routes.graph();
    let compiled = routes.known.compiled;
    let name = |node: NodeId| match routes.stop(node) {
        Some(stop) => stops.name(stop).to_owned(),
        None => graph.name(&compiled.model, &compiled.granted, node),
    };
    let mut groups: BTreeMap<Key, Group<W>> = BTreeMap::new();
    let mut by_target: HashMap<Stop, Key> = HashMap::new();
    for (index, start) in starts.iter().enumerate() {
        let from = routes.known.party(start.party);
        if index >= STARTS {
            for stop in start.gained.keys() {
                if let Some(group) = by_target.get(stop).and_then(|key| groups.get_mut(key)) {
                    group.count += 1;
                }
            }
            continue;
        }
        let reach = graph.reach(&[graph.party(start.party)], false);
        for (&stop, &(_, node)) in &start.gained {
            let hops = graph.hops(&reach, node);
            let fresh = frontier(routes, start, &reach, &hops);
            let Some(hop) = hops.get(fresh) else { continue };
            let key = (name(hop.from), graph.hop_span(hop));
            by_target.entry(stop).or_insert_with(|| key.clone());
            let near = routes.holders(hop.from).contains(&start.party);
            let rank = (!near, weigh(node), hops.len(), index, node);
            let group = groups.entry(key).or_insert_with(|| Group {
                best: rank,
                pairs: BTreeSet::new(),
                hops: BTreeSet::new(),
                count: 0,
            });
            group.best = group.best.min(rank);
            group
                .hops
                .insert(format!("{} {}", graph.hop_word(hop), name(hop.to)));
            let to = stops.name(stop).to_owned();
            if from != to && group.pairs.insert((from.to_owned(), to)) {
                group.count += 1;
            }
        }
    }
    let mut told = Vec::new();
    for ((from, _), group) in groups {
        let (_, _, _, index, node) = group.best;
        let start = &starts[index];
        let reach = graph.reach(&[graph.party(start.party)], false);
        let way = graph.hops(&reach, node);
        let fresh = frontier(routes, start, &reach, &way);
        let stop = routes.stop(node);
        let own = (
            routes.known.party(start.party).to_owned(),
            stop.map_or_else(String::new, |stop| stops.name(stop).to_owned()),
        );
        let verdict = reach.verdict(node).unwrap_or(Verdict::Possible);
        let was = stop
            .and_then(|stop| start.before.get(&stop))
            .map_or("none", |(verdict, _)| verdict.word());
        let others: Vec<String> = group
            .pairs
            .iter()
            .filter(|pair| **pair != own)
            .take(OTHERS)
            .map(|(from, to)| format!("{from} → {to}"))
            .collect();
        let place = match graph.node(node) {
            Node::Scope(place) | Node::Unknown(place, _) => Some(place.clone()),
            Node::Party(_)
            | Node::Identity(_)
            | Node::Resource(..)
            | Node::Anyone
            | Node::Content(_)
            | Node::Passed(_)
            | Node::Means(_) => None,
        };
        told.push(Told {
            to: routes.holders(node).first().copied(),
            scope: place,
            rules: matches!(graph.node(node), Node::Scope(_)),
            from: start.party,
            hop: format!(
                "{from}\0{}",
                group.hops.into_iter().collect::<Vec<_>>().join("\0")
            ),
            span: way.get(fresh).and_then(|hop| graph.hop_span(hop)),
            way: Way {
                from: own.0,
                to: own.1,
                verdict: verdict.word(),
                was,
                path: hops(routes.known.compiled, &reach, node),
                new_hop: fresh,
                more: group.count.saturating_sub(1),
                others,
                fingerprint: String::new(),
            },
        });
    }
    told
}

/// The first hop to a stop where the start did not come before, or less surely.
fn frontier(routes: &Routes<'_, '_>, start: &Start, reach: &Reach, hops: &[graph::Hop]) -> usize {
    hops.iter()
        .position(|hop| {
            routes.stop(hop.to).is_some_and(|stop| {
                let now = reach.verdict(hop.to);
                let own = routes.holders(hop.to).contains(&start.party);
                !own && start
                    .before
                    .get(&stop)
                    .is_none_or(|(before, _)| Some(*before) > now)
            })
        })
        .unwrap_or(hops.len().saturating_sub(1))
}

/// Where one row comes and the other does not, or less surely.
pub fn gained(stops: &Stops, row: &Row, before: &Row) -> Row {
    row.iter()
        .filter(|(stop, (verdict, _))| {
            let known = before.get(stop);
            known.is_none_or(|(before, _)| before > verdict)
                && !stops.is_inside(before, **stop, *verdict)
        })
        .map(|(&stop, &found)| (stop, found))
        .collect()
}

/// Who comes to some stops, by name; those who hold them left out.
pub fn comers(
    wanted: &HashSet<Stop>,
    name: &str,
    row: &Row,
    into: &mut HashMap<Stop, BTreeSet<String>>,
) {
    for stop in row.keys().filter(|stop| wanted.contains(stop)) {
        into.entry(*stop).or_default().insert(name.to_owned());
    }
}
