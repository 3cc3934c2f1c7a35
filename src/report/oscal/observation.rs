//! What was observed: by predicate, outcome and reason, so that a thousand integrations that hold
//! are one observation and each way to fall short is one.

use super::component::place;
use super::prose::{code, line, prose};
use super::{Folder, Object, prop};
use crate::report::answer::Outcome;
use crate::report::desk::sentence;
use crate::report::predicate::Predicate;
use crate::report::shown::{Shown, evidence};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The outcomes that are observed, those that want attention first. What does not concern an
/// integration is no observation of it.
const OUTCOMES: [Outcome; 5] = [
    Outcome::Failed,
    Outcome::Partly,
    Outcome::Unknown,
    Outcome::Silent,
    Outcome::Met,
];
/// The most reasons that are told apart, of one predicate and outcome.
const REASONS: usize = 100;
/// The most integrations that are listed of those for which a predicate holds.
const SUBJECTS: usize = 1_000;
/// The most lines that one observation rests on.
const EVIDENCE: usize = 100;

/// One observation.
pub(super) struct Observation {
    pub predicate: &'static Predicate,
    pub outcome: Outcome,
    pub uuid: String,
    /// The integrations, by number.
    pub members: Vec<usize>,
    /// Why; none where the outcome says all, or where there are too many reasons.
    why: Option<String>,
    evidence: Vec<Shown>,
    left_out: usize,
    rest: bool,
}

/// Everything that was observed, in the order of the predicates.
pub(super) fn observed(folder: &Folder<'_, '_>) -> Vec<Observation> {
    let predicates = &folder.report.assessment.predicates;
    predicates
        .iter()
        .flat_map(|predicate| {
            OUTCOMES
                .into_iter()
                .flat_map(|outcome| of(folder, predicate, outcome))
        })
        .collect()
}

fn of(
    folder: &Folder<'_, '_>,
    predicate: &'static Predicate,
    outcome: Outcome,
) -> Vec<Observation> {
    let assessment = &folder.report.assessment;
    let new = |why: Option<String>, rest: bool| {
        let known_by = match &why {
            Some(why) => why.as_str(),
            None if rest => "the rest",
            None => "",
        };
        Observation {
            predicate,
            outcome,
            uuid: (folder.mint).uuid("observation", &[predicate.id, outcome.word(), known_by]),
            members: Vec::new(),
            why,
            evidence: Vec::new(),
            left_out: 0,
            rest,
        }
    };
    let mut all: Vec<Observation> = Vec::new();
    let mut rest = new(None, true);
    let mut by_reason: HashMap<String, usize> = HashMap::new();
    for number in 0..assessment.integrations.len() {
        if assessment.outcome(number, predicate) != Some(outcome) {
            continue;
        }
        if outcome == Outcome::Met {
            if all.is_empty() {
                all.push(new(None, false));
            }
            all[0].members.push(number);
            continue;
        }
        let id = assessment.integrations[number];
        let answer = predicate.answer(&folder.report.desk, id);
        let known = by_reason.get(&answer.why).copied();
        let observation = match known {
            Some(at) => &mut all[at],
            None if all.len() < REASONS => {
                by_reason.insert(answer.why.clone(), all.len());
                all.push(new(Some(answer.why.clone()), false));
                let last = all.len() - 1;
                &mut all[last]
            }
            None => &mut rest,
        };
        observation.members.push(number);
        for shown in evidence(&folder.report.desk, id, &answer) {
            if observation.evidence.contains(&shown) {
                continue;
            }
            if observation.evidence.len() < EVIDENCE {
                observation.evidence.push(shown);
            } else {
                observation.left_out += 1;
            }
        }
    }
    if !rest.members.is_empty() {
        all.push(rest);
    }
    all
}

impl Observation {
    /// As OSCAL has it.
    pub(super) fn told(&self, folder: &Folder<'_, '_>) -> Value {
        let predicate = self.predicate;
        // Who falls short is listed, however many that are.
        let listed = if self.outcome == Outcome::Met {
            SUBJECTS
        } else {
            usize::MAX
        };
        let subjects = self.members.iter().take(listed).map(|&number| {
            json!({
                "subject-uuid": folder.components[number],
                "type": "component",
                "title": line(&folder.report.entries[number].name),
            })
        });
        let kind = match self.outcome {
            Outcome::Failed | Outcome::Partly => "finding",
            Outcome::Met | Outcome::Unknown | Outcome::Silent | Outcome::Inapplicable => {
                "control-objective"
            }
        };
        let count = self.members.len().to_string();
        let marks = [
            ("predicate", predicate.id),
            ("outcome", self.outcome.word()),
            ("basis", predicate.basis.word()),
            ("integrations", &count),
        ];
        Object::new()
            .with("uuid", self.uuid.as_str())
            .with(
                "title",
                line(&format!(
                    "{} {}: {}",
                    predicate.id,
                    predicate.title,
                    self.outcome.word()
                )),
            )
            .with("description", self.description())
            .list(
                "props",
                marks
                    .into_iter()
                    .filter_map(|(name, text)| prop(name, text))
                    .collect(),
            )
            .with("methods", json!(["TEST"]))
            .with("types", json!([kind]))
            .with("origins", super::plan::origins())
            .list("subjects", subjects.collect())
            .list(
                "relevant-evidence",
                self.evidence
                    .iter()
                    .map(|shown| self::shown(folder, shown))
                    .collect(),
            )
            .with("collected", folder.instant())
            .some("remarks", self.remarks(listed))
            .into()
    }

    fn description(&self) -> String {
        if let Some(why) = &self.why {
            return prose(why);
        }
        if self.rest {
            return format!(
                "There are more than {REASONS} reasons; those of the others stand in the report's JSON."
            );
        }
        prose(&format!("It holds: {}.", self.predicate.asks))
    }

    fn remarks(&self, listed: usize) -> Option<String> {
        let mut remarks = Vec::new();
        if self.outcome == Outcome::Met {
            remarks.push(
                "What it rests on stands with each component in the component definition."
                    .to_owned(),
            );
        }
        let more = self.members.len().saturating_sub(listed);
        if more > 0 {
            remarks.push(format!("{more} more integrations are not listed here."));
        }
        if self.left_out > 0 {
            let lines = self.left_out;
            remarks.push(format!(
                "It rests on {lines} more places, which stand in the report's JSON."
            ));
        }
        (!remarks.is_empty()).then(|| remarks.join(" "))
    }
}

/// One thing that an observation rests on: a line of a source, which the back matter lists.
fn shown(folder: &Folder<'_, '_>, shown: &Shown) -> Value {
    let mut marks: Vec<Value> = Vec::new();
    let line = shown.location.line.to_string();
    let rule = shown.rule.as_deref().unwrap_or_default();
    for (name, text) in [
        ("file", shown.location.file.as_str()),
        ("line", &line),
        ("kind", shown.kind),
        ("rule", rule),
    ] {
        marks.extend(prop(name, text));
    }
    let text = if shown.rule.is_some() {
        prose(&sentence(&shown.text))
    } else {
        code(&shown.text)
    };
    let text = if text.is_empty() {
        "An empty line.".to_owned()
    } else {
        text
    };
    json!({
        "href": format!("#{}", source(folder, &shown.location.file)),
        "description": format!("{}: {text}", place(&shown.location)),
        "props": marks,
    })
}

/// The uuid of a source among the resources.
pub(super) fn source(folder: &Folder<'_, '_>, path: &str) -> String {
    folder.mint.uuid("source", &[path])
}
