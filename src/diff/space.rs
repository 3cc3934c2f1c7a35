//! One space for the authority of both sides: operations by their names, conditions by what they
//! imply, so that sets of two compilations can be subtracted.

use super::known::Known;
use crate::authority::{
    AuthoritySet, Conditions, Cube, Interval, Length, OperationId, OperationSet, Pattern, Universe,
    Variable, Verb,
};
use crate::model::catalog::{SlotId, TypeRank};
use crate::model::condition::{Condition, Operator};
use crate::model::rule::{Part, Rule};
use std::collections::{BTreeSet, HashMap};

/// An operation on one type, by names.
#[derive(Clone, Debug)]
pub struct Named {
    /// Qualified: `aws.s3.GetObject`; `aws.s3.*` for what the service offers some day.
    pub operation: String,
    /// The portable verb; none for what is not known yet.
    pub verb: Option<Verb>,
}

/// Numbers that both sides share.
#[derive(Default, Debug)]
pub struct Space {
    universes: HashMap<String, Universe>,
    slots: HashMap<String, OperationId>,
    names: Vec<Named>,
}

impl Space {
    /// What a number stands for.
    pub fn name(&self, operation: OperationId) -> &Named {
        &self.names[operation.0 as usize]
    }

    fn universe(&mut self, vendor: &str) -> Universe {
        if let Some(&known) = self.universes.get(vendor) {
            return known;
        }
        let next = Universe(u32::try_from(self.universes.len()).unwrap_or(u32::MAX));
        self.universes.insert(vendor.to_owned(), next);
        next
    }

    fn slot(&mut self, key: String, name: impl FnOnce() -> Named) -> OperationId {
        if let Some(&known) = self.slots.get(&key) {
            return known;
        }
        let next = OperationId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.slots.insert(key, next);
        self.names.push(name());
        next
    }
}

/// One side's numbers in the shared space; read once each.
#[derive(Default, Debug)]
pub struct Reader {
    slots: HashMap<SlotId, OperationId>,
    parts: HashMap<usize, Vec<Cube>>,
}

impl Reader {
    /// A slot's shared number.
    pub fn slot(&mut self, space: &mut Space, known: &Known<'_>, slot: SlotId) -> OperationId {
        if let Some(&known) = self.slots.get(&slot) {
            return known;
        }
        let catalog = &known.compiled.model.catalog;
        let found = catalog.slot(slot);
        let operation = catalog.qualified(found.operation);
        let key = format!("{operation}\0{}", catalog.type_path(found.of));
        let shared = space.slot(key, || Named {
            operation,
            verb: Some(catalog.operation(found.operation).verb),
        });
        self.slots.insert(slot, shared);
        shared
    }

    /// Operations in the shared space.
    pub fn operations(
        &mut self,
        space: &mut Space,
        known: &Known<'_>,
        vendor: &str,
        set: &OperationSet,
    ) -> OperationSet {
        let universe = space.universe(vendor);
        let listed: Vec<OperationId> = set
            .listed()
            .iter()
            .map(|&operation| self.slot(space, known, SlotId::of(operation)))
            .collect();
        if set.is_cofinite() {
            OperationSet::cofinite(universe, listed)
        } else {
            OperationSet::finite(universe, listed)
        }
    }

    /// Slots of one vendor in the shared space.
    pub fn slots(
        &mut self,
        space: &mut Space,
        known: &Known<'_>,
        vendor: &str,
        slots: impl IntoIterator<Item = SlotId>,
    ) -> OperationSet {
        let universe = space.universe(vendor);
        let listed: Vec<OperationId> = slots
            .into_iter()
            .map(|slot| self.slot(space, known, slot))
            .collect();
        OperationSet::finite(universe, listed)
    }

    /// Everything that a vendor offers, now and some day.
    pub fn everything(space: &mut Space, vendor: &str) -> OperationSet {
        OperationSet::all(space.universe(vendor))
    }

    /// What a service offers some day, apart from what is known.
    pub fn some_day(space: &mut Space, vendor: &str, service: &str) -> OperationId {
        let operation = format!("{vendor}.{service}.*");
        space.slot(operation.clone(), || Named {
            operation,
            verb: None,
        })
    }

    /// The cubes of a part, without the conditions and the end of its rule.
    pub fn part(&mut self, space: &mut Space, known: &Known<'_>, part: &Part) -> Vec<Cube> {
        // The slices are shared by all who say the same, and live as long as the compilation.
        let address = part.slices.as_ptr() as usize;
        if let Some(cubes) = self.parts.get(&address).filter(|_| !part.slices.is_empty()) {
            return cubes.clone();
        }
        let model = &known.compiled.model;
        let vendor = &model
            .catalog
            .vendor(model.system(part.thing.system).vendor)
            .name;
        let mut cubes: Vec<Cube> = Vec::with_capacity(part.slices.len());
        for slice in part.slices.iter() {
            let operations = self.operations(space, known, vendor, &slice.cube.operations);
            cubes.push(Cube {
                operations,
                ..slice.cube.clone()
            });
        }
        let of = model.catalog.of(part.thing.of);
        if part.everything && of.rank == TypeRank::Service {
            let later = Self::some_day(space, vendor, &of.name);
            let universe = space.universe(vendor);
            cubes.push(Cube::new(
                OperationSet::finite(universe, [later]),
                Pattern::any(),
            ));
        }
        self.parts.insert(address, cubes.clone());
        cubes
    }
}

/// What authority waits for or is limited to: the more of these, the less authority.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Requirement {
    /// A condition on the request.
    Condition(Condition),
    /// Approval by a team, by its shared name, for so many hours at most.
    Approval(String, Option<u32>),
    /// Only these fields.
    Fields(BTreeSet<Box<str>>),
}

impl Requirement {
    /// What a rule waits for and is limited to.
    pub fn of_rule(known: &Known<'_>, rule: &Rule) -> Vec<Self> {
        let mut all: Vec<Self> = rule
            .conditions
            .iter()
            .map(|&id| Requirement::Condition(plain(known.compiled.model.condition(id))))
            .collect();
        if let Some(approval) = &rule.approval {
            all.push(Requirement::Approval(
                known.team(approval.by).to_owned(),
                approval.duration.map(Length::hours),
            ));
        }
        if !rule.fields.is_empty() {
            all.push(Requirement::Fields(rule.fields.iter().cloned().collect()));
        }
        all
    }

    /// Whether whatever meets this meets the other, too. Certain where it says so: what cannot be
    /// told is no.
    pub fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Requirement::Condition(own), Requirement::Condition(other)) => implies(own, other),
            (Requirement::Approval(team, hours), Requirement::Approval(other, most)) => {
                team == other
                    && match (hours, most) {
                        (_, None) => true,
                        (None, Some(_)) => false,
                        (Some(hours), Some(most)) => hours <= most,
                    }
            }
            (Requirement::Fields(own), Requirement::Fields(other)) => own.is_subset(other),
            (Requirement::Condition(_) | Requirement::Approval(..) | Requirement::Fields(_), _) => {
                false
            }
        }
    }

    /// In words that follow `without` or `only`.
    pub fn words(&self) -> String {
        match self {
            Requirement::Condition(condition) => format!("`{}`", condition.text()),
            Requirement::Approval(team, None) => format!("standing approval by `{team}`"),
            Requirement::Approval(team, Some(hours)) => {
                let length = crate::authority::Length::from_hours(*hours);
                format!("approval by `{team}` for {length}")
            }
            Requirement::Fields(fields) => {
                let all: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                format!("the limit to the fields {}", all.join(", "))
            }
        }
    }
}

/// A condition without what the catalogue of one side numbers it by, its values sorted.
pub fn plain(condition: &Condition) -> Condition {
    let mut values = condition.values.clone();
    values.sort();
    values.dedup();
    Condition {
        entry: None,
        values,
        ..condition.clone()
    }
}

/// Whether every request that meets one condition meets the other.
fn implies(own: &Condition, other: &Condition) -> bool {
    if own == other {
        return true;
    }
    if own.key != other.key || own.vendor_key != other.vendor_key {
        return false;
    }
    // A request without the key may meet the first and not the second.
    if own.absent_holds && !other.absent_holds {
        return false;
    }
    let listed = |condition: &Condition| {
        matches!(condition.operator, Operator::Equal | Operator::In)
            // A range of addresses is not the text that it is written as.
            && !condition.values.iter().any(|value| value.contains('/'))
    };
    let number = |condition: &Condition| -> Option<f64> {
        let [value] = &condition.values[..] else {
            return None;
        };
        value
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    match other.operator {
        Operator::Present => !own.absent_holds && own.operator != Operator::Absent,
        Operator::Equal | Operator::In => match own.operator {
            // Values that are ranges are compared as texts: the same range is the same requests.
            Operator::Equal | Operator::In => {
                own.values.iter().all(|value| other.values.contains(value))
            }
            Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::NotIn
            | Operator::Matches
            | Operator::Present
            | Operator::Absent => false,
        },
        Operator::NotEqual | Operator::NotIn => match own.operator {
            Operator::NotEqual | Operator::NotIn => {
                other.values.iter().all(|value| own.values.contains(value))
            }
            Operator::Equal | Operator::In if listed(own) && listed_values(other) => {
                other.values.iter().all(|value| !own.values.contains(value))
            }
            Operator::Equal
            | Operator::In
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Matches
            | Operator::Present
            | Operator::Absent => false,
        },
        Operator::Matches => {
            let wanted: Vec<Pattern> = other
                .values
                .iter()
                .map(|value| Pattern::glob(value, &[]))
                .collect();
            let read: fn(&str) -> Pattern = match own.operator {
                Operator::Matches => |value| Pattern::glob(value, &[]),
                Operator::Equal | Operator::In if listed(own) => Pattern::literal,
                Operator::Equal
                | Operator::In
                | Operator::NotEqual
                | Operator::NotIn
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual
                | Operator::Present
                | Operator::Absent => return false,
            };
            own.values
                .iter()
                .all(|value| wanted.iter().any(|pattern| pattern.includes(&read(value))))
        }
        Operator::Less | Operator::LessOrEqual => {
            let (Some(own_number), Some(limit)) = (number(own), number(other)) else {
                return false;
            };
            match own.operator {
                Operator::Less => own_number <= limit,
                Operator::LessOrEqual | Operator::Equal => {
                    own_number < limit
                        || (other.operator == Operator::LessOrEqual && own_number <= limit)
                }
                Operator::In
                | Operator::NotEqual
                | Operator::NotIn
                | Operator::Greater
                | Operator::GreaterOrEqual
                | Operator::Matches
                | Operator::Present
                | Operator::Absent => false,
            }
        }
        Operator::Greater | Operator::GreaterOrEqual => {
            let (Some(own_number), Some(limit)) = (number(own), number(other)) else {
                return false;
            };
            match own.operator {
                Operator::Greater => own_number >= limit,
                Operator::GreaterOrEqual | Operator::Equal => {
                    own_number > limit
                        || (other.operator == Operator::GreaterOrEqual && own_number >= limit)
                }
                Operator::In
                | Operator::NotEqual
                | Operator::NotIn
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Matches
                | Operator::Present
                | Operator::Absent => false,
            }
        }
        Operator::Absent => false,
    }
}

/// Whether no value is a range, whose text is not all that it stands for.
fn listed_values(condition: &Condition) -> bool {
    !condition.values.iter().any(|value| value.contains('/'))
}

/// The requirements of one comparison as variables of the algebra: meeting one is meeting all that
/// it implies, so that a stricter requirement is a subset.
#[derive(Default, Debug)]
pub struct Requirements {
    all: Vec<Requirement>,
    implied: Vec<Vec<u32>>,
}

impl Requirements {
    /// The requirements of some rules of either side.
    pub fn new(all: impl IntoIterator<Item = Requirement>) -> Self {
        let mut all: Vec<Requirement> = all.into_iter().collect();
        all.sort();
        all.dedup();
        let implied = all
            .iter()
            .map(|own| {
                (0u32..)
                    .zip(&all)
                    .filter(|(_, other)| own.implies(other))
                    .map(|(index, _)| index)
                    .collect()
            })
            .collect();
        Requirements { all, implied }
    }

    /// What some requirements come to in the algebra.
    pub fn conditions(&self, wanted: &[Requirement]) -> Conditions {
        let mut signed = Vec::new();
        for requirement in wanted {
            if let Ok(index) = self.all.binary_search(requirement) {
                signed.extend(self.implied[index].iter().map(|&v| (Variable(v), true)));
            }
        }
        Conditions::all(signed).unwrap_or_default()
    }
}

/// A set with the conditions taken off.
pub fn unconditional(set: &AuthoritySet) -> AuthoritySet {
    let cubes = set.cubes.iter().map(|cube| Cube {
        conditions: Conditions::none(),
        ..cube.clone()
    });
    cubes.collect()
}

/// A set with the ends taken off.
pub fn timeless(set: &AuthoritySet) -> AuthoritySet {
    let cubes = set.cubes.iter().map(|cube| Cube {
        time: Interval::ALWAYS,
        ..cube.clone()
    });
    cubes.collect()
}
