//! A project of one integration in one system of a vendor that is made up as the case needs it.

use scopec::artifact::{Artifact, Locator};
use scopec::authority::operation::OperationSet;
use scopec::authority::pattern::Pattern;
use scopec::authority::set::Cube;
use scopec::authority::time::{Date, Length};
use scopec::authority::verb::{Verb, VerbSet};
use scopec::compile::Compiled;
use scopec::grant::{Admission, Bundle, Gate, Grant, Granted, Row, RowId, RowPart, State, Units};
use scopec::graph::connect;
use scopec::model::catalog::{
    Binding, FormatPart, Names, OpId, Operation, Roles, Slot, SlotId, SlotRole, Type, TypeId,
    TypeParameter, TypeRank, Unit, UnitId, Vendor, VendorId,
};
use scopec::model::condition::{Condition, Operator};
use scopec::model::party::{Clause, ClauseKind, CredentialKind, Party, PartyKind, Who};
use scopec::model::rule::{Part, Rule, Slice};
use scopec::model::system::{System, Team, Tenant};
use scopec::model::thing::{Tenants, Thing, ThingStep};
use scopec::model::{ConditionId, Model, PartyId, SystemId, TeamId};
use scopec::settings::Settings;
use scopec::source::{FileId, SourceFile, Sources, Span};
use std::sync::Arc;

/// A way down from the tenant: types and names. An empty name stands for a type without one.
pub type Way<'a> = &'a [(&'a str, &'a str)];

pub struct World {
    pub compiled: Compiled,
}

pub fn span() -> Span {
    Span::new(FileId(0), 0, 1)
}

fn vendor(name: &str) -> Vendor {
    Vendor {
        name: name.into(),
        span: span(),
        binding: Binding::Resource,
        per_resource: true,
        denies: false,
        names: Names::Exact,
        spelling: None,
        settings: Vec::new(),
        tenant_types: Vec::new(),
        has_units: false,
        issuer: None,
        complete: true,
        embedded: true,
    }
}

fn kind(vendor: VendorId, name: &str, rank: TypeRank) -> Type {
    Type {
        vendor,
        service: None,
        name: name.into(),
        span: span(),
        rank,
        parameters: vec![TypeParameter {
            name: "name".into(),
            excluded: Box::new([]),
        }],
        parents: Vec::new(),
        children: Vec::new(),
        format: None,
        spelling: None,
        subject: None,
        roles: Roles::default(),
        hosts: Vec::new(),
        names: Names::Exact,
        labels: Vec::new(),
        slots: Vec::new(),
        unnamed: Vec::new(),
    }
}

fn system(
    name: &str,
    vendor: VendorId,
    tenant_type: TypeId,
    tenants: &[(&str, Option<&str>)],
) -> System {
    System {
        name: name.into(),
        span: span(),
        vendor,
        tenant_type,
        tenants: tenants
            .iter()
            .map(|(id, name)| Tenant {
                name: name.map(Into::into),
                id: (*id).into(),
                span: span(),
            })
            .collect(),
        env: None,
        labels: Vec::new(),
        external: false,
        hosted_in: None,
        settings: Vec::new(),
        complete: true,
    }
}

fn empty_rule() -> Rule {
    Rule {
        verbs: VerbSet::NONE,
        names_operations: true,
        parts: Vec::new(),
        conditions: Vec::new(),
        conditions_span: None,
        until: None,
        approval: None,
        fields: Vec::new(),
        fields_span: None,
    }
}

impl World {
    /// The system `target` of a vendor whose tenants are of that type.
    pub fn new(name: &str, tenant: &str, tenants: &[(&str, Option<&str>)]) -> Self {
        let mut model = Model::default();
        model.catalog.vendors = vec![vendor(name)];
        model.catalog.types = vec![kind(VendorId(0), tenant, TypeRank::Tenant)];
        model.systems = vec![system("target", VendorId(0), TypeId(0), tenants)];
        model.teams = vec![Team {
            name: "security".into(),
            span: span(),
            contact: None,
            group: None,
        }];
        model.parties = vec![Party {
            name: "deploy".into(),
            name_span: span(),
            span: span(),
            kind: PartyKind::Service,
            clauses: Vec::new(),
            complete: true,
        }];
        let mut sources = Sources::new();
        // A line for each clause.
        sources.add(SourceFile::new("a.scope", "clause\n".repeat(64)));
        let granted = Granted {
            bundles: vec![Bundle {
                party: PartyId(0),
                holders: vec![PartyId(0)],
                system: SystemId(0),
                tenant: 0,
                vendor: VendorId(0),
                identity: None,
                from: None,
                grants: Vec::new(),
                denies: Vec::new(),
                gates: Vec::new(),
                admissions: Vec::new(),
                boundary: None,
                identity_rows: Vec::new(),
                expires: Vec::new(),
                silent: false,
            }],
            ..Granted::default()
        };
        let graph = connect(&model, &granted);
        Self {
            compiled: Compiled {
                sources,
                settings: Settings::default(),
                model,
                granted,
                graph,
                diagnostics: Vec::new(),
                not_assessed: Vec::new(),
            },
        }
    }

    fn it(&mut self) -> &mut Bundle {
        &mut self.compiled.granted.bundles[0]
    }

    /// The integration's name.
    pub fn party(&mut self, name: &str) {
        self.compiled.model.parties[0].name = name.into();
    }

    /// A type in another; an empty spelling is none.
    pub fn of(&mut self, name: &str, parent: &str, spelling: &str) {
        let parent = self.type_named(parent);
        let types = &mut self.compiled.model.catalog.types;
        let id = TypeId::at(types.len());
        types[parent.index()].children.push(id);
        types.push(Type {
            parents: vec![parent],
            spelling: (!spelling.is_empty()).then(|| spelling.into()),
            ..kind(VendorId(0), name, TypeRank::Resource)
        });
    }

    fn type_named(&self, name: &str) -> TypeId {
        let types = &self.compiled.model.catalog.types;
        TypeId::at(types.iter().position(|of| &*of.name == name).unwrap())
    }

    fn slot(&mut self, of: &str, name: &str) -> SlotId {
        let of = self.type_named(of);
        let catalog = &mut self.compiled.model.catalog;
        let known = catalog.of(of).slots.iter().copied();
        if let Some(slot) = known
            .into_iter()
            .find(|slot| &*catalog.operation_of(*slot).name == name)
        {
            return slot;
        }
        let slot = SlotId::at(catalog.slots.len());
        catalog.slots.push(Slot {
            operation: OpId::at(catalog.operations.len()),
            of,
            role: SlotRole::Home,
        });
        catalog.operations.push(Operation {
            vendor: VendorId(0),
            service: None,
            name: name.into(),
            span: span(),
            verb: Verb::Get,
            slots: vec![slot],
            needs: Vec::new(),
            units: Vec::new(),
        });
        catalog.types[of.index()].slots.push(slot);
        slot
    }

    /// Operations that a name does not limit.
    pub fn unnamed(&mut self, of: &str, names: &[&str]) {
        for name in names {
            let slot = self.slot(of, name);
            let of = self.type_named(of);
            self.compiled.model.catalog.types[of.index()]
                .unnamed
                .push(slot);
        }
    }

    pub fn unit(&mut self, name: &str, id: Option<&str>, group: Option<&str>, implies: &[&str]) {
        let implies = implies.iter().map(|name| self.unit_named(name)).collect();
        self.compiled.model.catalog.units.push(Unit {
            vendor: VendorId(0),
            name: name.into(),
            span: span(),
            id: id.map(Into::into),
            group: group.map(Into::into),
            binding: Binding::Tenant,
            implies,
            permits: Vec::new(),
        });
    }

    fn unit_named(&self, name: &str) -> UnitId {
        let units = &self.compiled.model.catalog.units;
        UnitId::at(units.iter().position(|unit| &*unit.name == name).unwrap())
    }

    pub fn thing(&self, way: Way<'_>) -> Thing {
        let steps: Vec<ThingStep> = way
            .iter()
            .map(|(of, name)| ThingStep {
                of: self.type_named(of),
                names: if name.is_empty() {
                    Vec::new()
                } else {
                    vec![Pattern::glob(name, &['/'])]
                },
            })
            .collect();
        Thing {
            system: SystemId(0),
            tenants: Tenants::Each,
            of: steps.last().map_or(TypeId(0), |step| step.of),
            steps,
            span: span(),
        }
    }

    /// A clause on a line of its own, with one row.
    pub fn clause(&mut self, kind: ClauseKind, part: RowPart) -> RowId {
        let clauses = &mut self.compiled.model.parties[0].clauses;
        let number = clauses.len();
        clauses.push(Clause {
            span: Span::new(FileId(0), number * 7, number * 7 + 6),
            profile: None,
            kind,
        });
        self.row(part)
    }

    /// A further row of the last clause.
    fn row(&mut self, part: RowPart) -> RowId {
        let clauses = self.compiled.model.parties[0].clauses.len();
        let rows = &mut self.compiled.granted.rows;
        rows.push(Row {
            party: PartyId(0),
            clause: u32::try_from(clauses - 1).unwrap(),
            part,
            state: State::Enforced,
            why: None,
        });
        RowId(u32::try_from(rows.len() - 1).unwrap())
    }

    /// A further row of the last grant.
    pub fn row_of_last(&mut self, part: RowPart) {
        let row = self.row(part);
        self.it().grants.last_mut().unwrap().rows.push(row);
    }

    pub fn identity(&mut self, way: Way<'_>) {
        let thing = self.thing(way);
        self.set_identity(thing, None);
    }

    fn set_identity(&mut self, thing: Thing, from: Option<Thing>) {
        let kind = ClauseKind::Identity {
            thing: thing.clone(),
            from: from.clone(),
        };
        let row = self.clause(kind, RowPart::Whole);
        let bundle = self.it();
        bundle.identity = Some(thing);
        bundle.from = from;
        bundle.identity_rows.push(row);
    }

    /// An identity taken from an IAM role of an account that also hosts the system.
    pub fn identity_from_aws(&mut self, way: Way<'_>, role: &str) {
        let aws = VendorId(1);
        let thing = self.thing(way);
        let model = &mut self.compiled.model;
        model.catalog.vendors.push(vendor("aws"));
        let types = &mut model.catalog.types;
        let account = TypeId::at(types.len());
        types.push(kind(aws, "account", TypeRank::Tenant));
        let of_role = TypeId::at(types.len());
        types.push(Type {
            service: Some("iam".into()),
            format: Some(vec![
                FormatPart::Literal("arn:aws:iam::".into()),
                FormatPart::Setting("account".into()),
                FormatPart::Literal(":role/".into()),
                FormatPart::Parameter { up: 0, index: 0 },
            ]),
            ..kind(aws, "role", TypeRank::Resource)
        });
        let of_cluster = TypeId::at(types.len());
        types.push(Type {
            service: Some("eks".into()),
            ..kind(aws, "cluster", TypeRank::Resource)
        });
        model
            .systems
            .push(system("prod", aws, account, &[("111122223333", None)]));
        let named = |of, name: &str| Thing {
            system: SystemId(1),
            tenants: Tenants::Each,
            steps: vec![ThingStep {
                of,
                names: vec![Pattern::literal(name)],
            }],
            of,
            span: span(),
        };
        model.systems[0].hosted_in = Some(named(of_cluster, "prod-eu"));
        self.set_identity(thing, Some(named(of_role, role)));
    }

    /// No identity but the token that the platform gives.
    pub fn own_token(&mut self) {
        self.it().identity = None;
    }

    pub fn runs_from(&mut self, way: Way<'_>) {
        let thing = self.thing(way);
        self.clause(ClauseKind::RunsFrom(thing), RowPart::Whole);
    }

    pub fn credential(&mut self, kind: CredentialKind) {
        let kind = ClauseKind::Credential {
            kind,
            system: Some(SystemId(0)),
            stored_in: None,
            rotate: None,
        };
        let row = self.clause(kind, RowPart::Whole);
        self.it().identity_rows.push(row);
    }

    pub fn expires(&mut self, date: Date) {
        let row = self.clause(ClauseKind::Expires(date), RowPart::Whole);
        self.it().expires.push((row, date.end_of_day()));
    }

    pub fn trusts(&mut self, who: Who) {
        let kind = ClauseKind::Trusts {
            who: who.clone(),
            system: Some(SystemId(0)),
            conditions: Vec::new(),
        };
        let row = self.clause(kind, RowPart::Whole);
        self.it().admissions.push(Admission {
            who,
            conditions: Vec::new(),
            rows: vec![row],
        });
    }

    pub fn condition(&mut self, key: &str, operator: Operator, values: &[&str]) -> ConditionId {
        let conditions = &mut self.compiled.model.conditions;
        conditions.push(Condition {
            key: key.into(),
            vendor_key: None,
            entry: None,
            operator,
            values: values.iter().map(|value| (*value).into()).collect(),
            absent_holds: false,
        });
        ConditionId::at(conditions.len() - 1)
    }

    /// A rule with one part, as it is declared.
    pub fn rule(&mut self, of: &str, names: &[&str], way: Way<'_>) -> Rule {
        let ids: Vec<_> = names
            .iter()
            .map(|name| self.slot(of, name).operation())
            .collect();
        let thing = self.thing(way);
        let address = thing
            .steps
            .iter()
            .flat_map(|step| &step.names)
            .fold(Pattern::literal(""), |address, name| {
                address.concat(&Pattern::literal("/")).concat(name)
            });
        let slice = Slice {
            of: Some(thing.of),
            cube: Cube::new(OperationSet::finite(VendorId(0).universe(), ids), address),
            thing: thing.clone(),
        };
        Rule {
            parts: vec![Part {
                thing,
                within: false,
                slices: Arc::from([slice]),
                except: Vec::new(),
                everything: false,
                unknown: false,
            }],
            ..empty_rule()
        }
    }

    /// A grant for a new clause.
    pub fn grant(&mut self, units: Units, ways: &[Way<'_>]) -> Grant {
        let row = self.clause(
            ClauseKind::Allow(empty_rule()),
            RowPart::Resource("it".into()),
        );
        Grant {
            units,
            things: ways.iter().map(|way| self.thing(way)).collect(),
            addresses: Vec::new(),
            conditions: Vec::new(),
            until: None,
            fields: Vec::new(),
            bind_tenant: false,
            rows: vec![row],
        }
    }

    pub fn operations(&mut self, of: &str, names: &[&str], ways: &[Way<'_>]) -> Grant {
        let slots = names.iter().map(|name| self.slot(of, name)).collect();
        self.grant(Units::Operations(slots), ways)
    }

    pub fn units(&mut self, names: &[&str], ways: &[Way<'_>]) -> Grant {
        let units = names.iter().map(|name| self.unit_named(name)).collect();
        self.grant(Units::Named(units), ways)
    }

    pub fn add(&mut self, grant: Grant) {
        self.it().grants.push(grant);
    }

    pub fn allow(&mut self, of: &str, names: &[&str], ways: &[Way<'_>]) {
        let grant = self.operations(of, names, ways);
        self.add(grant);
    }

    pub fn holds(&mut self, names: &[&str], ways: &[Way<'_>]) {
        let grant = self.units(names, ways);
        self.add(grant);
    }

    pub fn deny(&mut self, grant: Grant) {
        self.it().denies.push(grant);
    }

    /// A gate that gives `more` beside what is granted so far.
    pub fn gate(&mut self, mut more: Grant, duration: Option<Length>) {
        let approval = self.row(RowPart::Approval);
        more.rows.push(approval);
        let bundle = self.it();
        let mut grants = bundle.grants.clone();
        grants.push(more);
        let denies = bundle.denies.clone();
        bundle.gates.push(Gate {
            by: TeamId(0),
            duration,
            grants,
            denies,
        });
    }

    /// The same bundle in the system's second tenant.
    pub fn second_tenant(&mut self) {
        let mut other = self.it().clone();
        other.tenant = 1;
        self.compiled.granted.bundles.push(other);
    }
}

/// Panics unless the locator leads to something in the file.
pub fn assert_found(artifact: &Artifact, locator: &Locator) {
    let text = std::str::from_utf8(&artifact.bytes).unwrap();
    match locator {
        Locator::Line(line) => {
            let line = text.lines().nth(*line as usize - 1).unwrap();
            assert!(!line.trim().is_empty() && !line.starts_with("--"), "{line}");
        }
        Locator::Pointer(pointer) if pointer.starts_with("/documents/") => {
            let last = pointer.rsplit('/').next().unwrap();
            assert!(
                last.parse::<usize>().is_ok() || text.contains(last),
                "{pointer}"
            );
        }
        Locator::Pointer(pointer) => {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert!(value.pointer(pointer).is_some(), "{pointer} in {text}");
        }
    }
}
