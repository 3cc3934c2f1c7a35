//! An organisation as bare facts, the same for the same size on every machine.

/// Whose facts: an integration or a resource, and another.
pub type Pair = (u32, u32);

/// What is granted, before anybody asks what of it matters.
pub struct Facts {
    /// How many integrations there are; they are numbered from 0.
    pub integrations: u32,
    /// How many resources there are; they are numbered from 0 on their own.
    pub resources: u32,
    /// (integration, operation, resource).
    pub grants: Vec<(u32, Operation, u32)>,
    /// (resource, host): the host runs what is written into the resource.
    pub consumes: Vec<Pair>,
    /// (host, integration).
    pub runs_as: Vec<Pair>,
    /// (resource, integration).
    pub credential_of: Vec<Pair>,
}

/// What a grant lets its holder do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Operation {
    /// Write into it.
    Write,
    /// Read it.
    Read,
    /// Stop what runs in it.
    Stop,
    /// Edit what it runs when it starts.
    Edit,
}

/// How much leads on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Three in a hundred resources are consumed by a host and as many keep a credential: an
    /// integration reaches a handful.
    Sparse,
    /// Two delegations an integration, so that most reach most.
    Dense,
}

impl Shape {
    /// Its name in tables.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Sparse => "sparse",
            Shape::Dense => "dense",
        }
    }
}

/// The grants that matter, by operation: on resources from which something follows.
pub struct Relevant {
    /// How many integrations there are.
    pub integrations: u32,
    /// How many resources there are.
    pub resources: u32,
    /// (integration, resource that a host consumes).
    pub writes: Vec<Pair>,
    /// (integration, resource that keeps a credential).
    pub reads: Vec<Pair>,
    /// (integration, host).
    pub stops: Vec<Pair>,
    /// (integration, host).
    pub edits: Vec<Pair>,
    /// As in [`Facts`].
    pub consumes: Vec<Pair>,
    /// As in [`Facts`].
    pub runs_as: Vec<Pair>,
    /// As in [`Facts`].
    pub credential_of: Vec<Pair>,
}

/// Grants an integration.
const GRANTS: u32 = 50;
/// Resources an integration.
const RESOURCES: u32 = 5;
/// One integration in so many controls two others who each hold half of what a host takes.
const HALVES: u32 = 20;

impl Facts {
    /// Facts about `integrations` integrations.
    pub fn of(integrations: u32, shape: Shape) -> Self {
        let mut random = Random(u64::from(integrations));
        let resources = integrations * RESOURCES;
        // Resources are numbered by what they are: hosts, what these consume, secrets, others.
        let each = match shape {
            Shape::Sparse => (resources * 3 / 100).max(1),
            Shape::Dense => integrations,
        };
        let (code, secrets, others) = (each, 2 * each, 3 * each);
        let consumes = (0..each).map(|host| (code + host, host)).collect();
        let runs_as: Vec<Pair> = (0..each)
            .map(|host| (host, random.below(integrations)))
            .collect();
        let credential_of: Vec<Pair> = (0..each)
            .map(|at| (secrets + at, random.below(integrations)))
            .collect();
        let mut grants = Vec::new();
        for integration in 0..integrations {
            let mut left = GRANTS;
            let mut put = |holder, operation, resource| {
                grants.push((holder, operation, resource));
                left -= u32::from(holder == integration);
            };
            if shape == Shape::Dense {
                put(integration, Operation::Write, code + random.below(each));
                put(integration, Operation::Read, secrets + random.below(each));
            }
            if integration % HALVES == 0 {
                let host = random.below(each);
                for operation in [Operation::Stop, Operation::Edit] {
                    let secret = random.below(each);
                    put(integration, Operation::Read, secrets + secret);
                    put(credential_of[secret as usize].1, operation, host);
                }
            }
            for _ in 0..left {
                let operation = [
                    Operation::Write,
                    Operation::Read,
                    Operation::Stop,
                    Operation::Edit,
                ][random.below(4) as usize];
                let resource = match shape {
                    Shape::Sparse => random.below(resources),
                    Shape::Dense => others + random.below(resources - others),
                };
                grants.push((integration, operation, resource));
            }
        }
        Facts {
            integrations,
            resources,
            grants,
            consumes,
            runs_as,
            credential_of,
        }
    }

    /// The grants that matter.
    pub fn relevant(&self) -> Relevant {
        let mark = |pairs: &[Pair]| {
            let mut there = vec![false; self.resources as usize];
            for &(resource, _) in pairs {
                there[resource as usize] = true;
            }
            there
        };
        let (consumed, host, secret) = (
            mark(&self.consumes),
            mark(&self.runs_as),
            mark(&self.credential_of),
        );
        let of = |wanted: Operation, there: &[bool]| {
            let mut all: Vec<Pair> = self
                .grants
                .iter()
                .filter(|(_, operation, resource)| {
                    *operation == wanted && there[*resource as usize]
                })
                .map(|&(holder, _, resource)| (holder, resource))
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        Relevant {
            integrations: self.integrations,
            resources: self.resources,
            writes: of(Operation::Write, &consumed),
            reads: of(Operation::Read, &secret),
            stops: of(Operation::Stop, &host),
            edits: of(Operation::Edit, &host),
            consumes: self.consumes.clone(),
            runs_as: self.runs_as.clone(),
            credential_of: self.credential_of.clone(),
        }
    }
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = scattered(self.0);
        u32::try_from(((value >> 32) * u64::from(end)) >> 32).expect("less than `end`")
    }
}

fn scattered(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A closure to compare with another: how many pairs, and their sum, each scattered.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Sum {
    /// How many.
    pub pairs: usize,
    /// Their checksum, whatever their order.
    pub sum: u64,
}

impl Sum {
    /// Counts a pair in.
    pub fn add(&mut self, from: u32, to: u32) {
        self.pairs += 1;
        self.sum = self
            .sum
            .wrapping_add(scattered(u64::from(from) << 32 | u64::from(to)));
    }

    /// Of all pairs.
    pub fn of(pairs: impl IntoIterator<Item = Pair>) -> Self {
        let mut sum = Sum::default();
        for (from, to) in pairs {
            sum.add(from, to);
        }
        sum
    }
}
