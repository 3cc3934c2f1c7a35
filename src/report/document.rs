//! A report: everything that the forms say, gathered once. Single integrations are told when a
//! form asks for them, so that a large estate is never in memory as a whole.

use super::assess::{Assessment, Judged, listed};
use super::desk::{Desk, sentence};
use super::detail::{Detail, detail};
use super::estate::{Estate, estate};
use super::framework::attack::{Attack, attack};
use super::framework::{Asked, Control};
use super::history::History;
use super::register::{Entry, entry};
use crate::lifecycle::due::{self, Due};
use crate::lifecycle::limit::{self, Limit};
use crate::model::party::Owner;
use crate::model::{PartyId, TeamId};
use crate::question::blast_radius;
use crate::question::reach::Asker;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// What stands above every report: that no publisher made the mapping.
pub const MAPPING: &str = "Which predicates are evidence for which control is this tool's own judgement; no publisher of a framework made, reviewed or endorsed it. A verdict says what declarations show, and an auditor decides.";

/// A report.
pub struct Report<'a> {
    /// The project, and indexes over it.
    pub desk: Desk<'a>,
    /// What was judged.
    pub assessment: Assessment,
    /// The controls judged for the project, framework by framework, in their order.
    pub judged: Vec<Vec<Judged>>,
    /// The register, in the order of [`Assessment::integrations`].
    pub entries: Vec<Entry>,
    /// All on one page.
    pub estate: Estate,
    /// What is due, by day.
    pub calendar: Vec<Due>,
    /// Techniques by class of finding.
    pub attack: Attack,
    /// What changed of whom, where that was asked for.
    pub history: Option<History>,
    /// What the report is limited to.
    pub only: Only,
    /// The project's folder relative to the repository that holds it, `/`-separated, for forms that
    /// a code host reads; empty where they are the same.
    pub folder: String,
}

/// What a report is limited to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Only {
    /// Nothing: it is about everybody.
    #[default]
    Everybody,
    /// Some integrations.
    Integrations(BTreeSet<PartyId>),
    /// What a team owns, reviews or accepts.
    Team(TeamId),
}

impl Only {
    /// Whether an integration is in the report.
    fn keeps(&self, desk: &Desk<'_>, id: PartyId) -> bool {
        match self {
            Only::Everybody => true,
            Only::Integrations(ids) => ids.contains(&id),
            Only::Team(team) => {
                let party = desk.party(id);
                let owns = matches!(party.owner(), Some((Owner::Team(owner), _)) if owner == team);
                let reviews = party.review().is_some_and(|((_, by), _)| by == *team);
                owns || reviews || party.accepts().any(|(_, accept)| accept.by == *team)
            }
        }
    }
}

impl<'a> Report<'a> {
    /// Judges a project under some frameworks.
    pub fn new(desk: Desk<'a>, asked: Vec<Asked>, only: Only) -> Self {
        let assessment = Assessment::new(&desk, asked, &|id| only.keeps(&desk, id));
        let judged = assessment
            .asked
            .iter()
            .map(|asked| {
                listed(asked)
                    .map(|control| assessment.judged(&desk, control))
                    .collect()
            })
            .collect();
        let mut ranking = blast_radius::answer(desk.compiled, None, None).ranking;
        let names: BTreeSet<&str> = (assessment.integrations.iter())
            .map(|&id| &*desk.party(id).name)
            .collect();
        ranking.retain(|row| names.contains(row.integration.as_str()));
        let radii: HashMap<&str, &blast_radius::Radius> = ranking
            .iter()
            .map(|row| (row.integration.as_str(), &row.radius))
            .collect();
        let withheld: BTreeSet<PartyId> = desk.withheld();
        let entries: Vec<Entry> = (0..assessment.integrations.len())
            .filter_map(|number| {
                let id = assessment.integrations[number];
                let radius = radii.get(&*desk.party(id).name)?;
                Some(entry(&desk, &assessment, number, radius, &withheld))
            })
            .collect();
        let mut calendar = due::calendar(&desk.context);
        calendar.retain(|due| match only {
            // A team sees to what it has to do, whoever owns it.
            Only::Team(team) => due.by == Some(team),
            Only::Everybody | Only::Integrations(_) => names.contains(&*desk.party(due.party).name),
        });
        let estate = estate(&desk, &entries, &ranking, &calendar);
        Self {
            desk,
            assessment,
            judged,
            entries,
            estate,
            calendar,
            attack: attack(),
            history: None,
            only,
            folder: String::new(),
        }
    }

    /// The project's name; none where `scope.toml` has none.
    pub fn project(&self) -> Option<&str> {
        self.desk.compiled.settings.name.as_deref()
    }

    /// What stands above the report.
    pub fn title(&self) -> String {
        let mut title = "Non-human identities".to_owned();
        if let Some(name) = self.project() {
            let _ = write!(title, " of {name}");
        }
        let model = &self.desk.compiled.model;
        match &self.only {
            Only::Everybody => {}
            Only::Team(team) => {
                let _ = write!(title, ": what {} answers for", model.team(*team).name);
            }
            Only::Integrations(ids) => {
                let names: Vec<&str> = ids.iter().map(|&id| &*model.party(id).name).collect();
                let _ = write!(title, ": {}", names.join(", "));
            }
        }
        title
    }

    /// The integration of that number in full; who tells of several asks them of one
    /// [`Report::asker`].
    pub fn detail(&self, number: usize) -> Detail {
        self.detail_by(number, &mut self.asker())
    }

    /// Who reads everybody's authority once, for one detail after another.
    pub fn asker(&self) -> Asker<'a> {
        Asker::new(self.desk.compiled)
    }

    /// The integration of that number in full.
    pub fn detail_by(&self, number: usize, asker: &mut Asker<'a>) -> Detail {
        detail(&self.desk, &self.assessment, number, asker)
    }

    /// The controls of the framework of that number, each with what it comes to.
    pub fn controls(&self, framework: usize) -> impl Iterator<Item = (&Control, &Judged)> {
        let asked = &self.assessment.asked[framework];
        listed(asked).zip(&self.judged[framework])
    }

    /// How many controls of the framework of that number have each verdict.
    pub fn summary(&self, framework: usize) -> BTreeMap<super::assess::Verdict, usize> {
        let mut counts = BTreeMap::new();
        for judged in &self.judged[framework] {
            *counts.entry(judged.verdict).or_default() += 1;
        }
        counts
    }

    /// The limits that hold in the project.
    pub fn policy(&self) -> Vec<Limit> {
        limit::all(&self.desk.compiled.settings)
    }

    /// Errors that keep parts of the project from being known, each with its place; whatever they
    /// hide is in no report.
    pub fn problems(&self) -> Vec<(String, super::shown::Location)> {
        let all = self.desk.problems().iter();
        all.map(|&at| {
            let found = &self.desk.compiled.diagnostics[at];
            let place = super::shown::location(&self.desk, found.span);
            (sentence(&found.message), place)
        })
        .collect()
    }

    /// What words were asked for that mean something else, each explained in a sentence.
    pub fn explained(&self) -> Vec<&str> {
        let asked = self.assessment.asked.iter();
        asked
            .filter_map(|asked| asked.explained.as_deref())
            .collect()
    }

    /// The teams that own, review or accept something, sorted; `None` is whoever has no team.
    pub fn owners(&self) -> BTreeMap<Option<&str>, Vec<usize>> {
        let mut all: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (number, entry) in self.entries.iter().enumerate() {
            all.entry(entry.owner.as_deref()).or_default().push(number);
        }
        all
    }
}
