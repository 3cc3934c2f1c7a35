//! `assessment-results.json`: what was observed, what every control comes to, and what is at risk.

use super::observation::{Observation, observed, source};
use super::plan::origins;
use super::prose::{line, prose};
use super::{Folder, Object, PLAN, UNKNOWN, prop, statement};
use crate::diagnostic::sarif::uri;
use crate::report::answer::Outcome;
use crate::report::assess::{Verdict, titled};
use crate::report::desk::sentence;
use crate::report::framework::Control;
use crate::report::predicate::Predicate;
use crate::report::shown::sources;
use serde_json::{Value, json};

/// Where the sources lie, from the folder of these documents in an evidence packet.
const SOURCES: &str = "../../sources";

/// The document.
pub(super) fn results(folder: &Folder<'_, '_>) -> Value {
    let report = folder.report;
    let day = report.desk.today.to_string();
    let observations = observed(folder);
    let integrations = folder.components.len().to_string();
    let explained = prose(&report.explained().join(" "));
    let result = Object::new()
        .with("uuid", folder.mint.uuid("result", &[&day]))
        .with("title", format!("As of {day}"))
        .with(
            "description",
            "What the declarations show; nothing that is deployed was looked at.",
        )
        .with("start", folder.instant())
        .with("end", folder.instant())
        .list(
            "props",
            [("as-of", day.as_str()), ("integrations", &integrations)]
                .into_iter()
                .filter_map(|(name, text)| prop(name, text))
                .collect(),
        )
        .some("reviewed-controls", folder.selection(|_| true))
        .list(
            "observations",
            observations.iter().map(|one| one.told(folder)).collect(),
        )
        .list("risks", risks(folder, &observations))
        .list("findings", findings(folder, &observations))
        .some("remarks", (!explained.is_empty()).then_some(explained));
    Object::new()
        .with("uuid", UNKNOWN)
        .with(
            "metadata",
            folder.metadata(
                &format!("{}: assessment results", report.title()),
                None,
                &Folder::notices(),
            ),
        )
        .with("import-ap", json!({"href": PLAN}))
        .with("results", vec![Value::from(result)])
        .some("back-matter", back_matter(folder))
        .into()
}

/// The texts that were read, each with its hash; none where there was none.
fn back_matter(folder: &Folder<'_, '_>) -> Option<Value> {
    let resources: Vec<Value> = sources(&folder.report.desk)
        .into_iter()
        .map(|(path, sha256)| {
            json!({
                "uuid": source(folder, &path),
                "title": line(&path),
                "description": "A text of the project. The link is right in an evidence packet, where the sources lie beside the report.",
                "rlinks": [{
                    "href": uri(&path, SOURCES),
                    "media-type": "text/plain",
                    "hashes": [{"algorithm": "SHA-256", "value": sha256}],
                }],
            })
        })
        .collect();
    (!resources.is_empty()).then(|| json!({"resources": resources}))
}

/// Whether a verdict says that a control is satisfied, why, and what that means. OSCAL has two
/// states: what is not wholly shown is not satisfied, for whatever reason.
fn state(verdict: Verdict) -> (&'static str, &'static str, &'static str) {
    match verdict {
        Verdict::Satisfied => (
            "satisfied",
            "pass",
            "All that it asks for is shown by declarations.",
        ),
        Verdict::Gap => (
            "not-satisfied",
            "fail",
            "Something that it asks for is not the case.",
        ),
        Verdict::Partial => (
            "not-satisfied",
            "other",
            "Nothing contradicts it, and not all of it is shown.",
        ),
        Verdict::NotAssessed => (
            "not-satisfied",
            "other",
            "It was not assessed: declarations say nothing of it.",
        ),
        Verdict::NotApplicable => (
            "not-satisfied",
            "other",
            "It is not applicable: it concerns nothing that is declared.",
        ),
    }
}

fn findings(folder: &Folder<'_, '_>, observations: &[Observation]) -> Vec<Value> {
    let report = folder.report;
    let mut all = Vec::new();
    for (number, asked) in report.assessment.asked.iter().enumerate() {
        let framework = &asked.framework;
        for (control, judged) in report.controls(number) {
            let (state, reason, remarks) = state(judged.verdict);
            let marks = [
                ("verdict", judged.verdict.word()),
                ("framework", &framework.key),
                ("control", &control.id),
            ];
            let counts = judged.counts.iter().filter_map(|(verdict, count)| {
                let name = format!("integrations-{}", verdict.word());
                prop(&name, &count.to_string())
            });
            let named = format!("{} {}: {}", titled(framework), control.id, control.title);
            let title = line(&named);
            all.push(
                Object::new()
                    .with(
                        "uuid",
                        folder
                            .mint
                            .uuid("finding", &[&framework.key, &control.oscal]),
                    )
                    .with("title", title)
                    .with("description", prose(&judged.reason))
                    .list(
                        "props",
                        (marks.into_iter())
                            .filter_map(|(name, text)| prop(name, text))
                            .chain(counts)
                            .collect(),
                    )
                    .with("origins", origins())
                    .with(
                        "target",
                        json!({
                            "type": "statement-id",
                            "target-id": statement(framework, control),
                            "title": line(&control.title),
                            "links": [{"href": folder.source(number), "rel": "reference"}],
                            "status": {"state": state, "reason": reason, "remarks": remarks},
                        }),
                    )
                    .list("related-observations", related(control, observations))
                    .list(
                        "related-risks",
                        related_risks(folder, control, judged.verdict),
                    )
                    .into(),
            );
        }
    }
    all
}

fn related(control: &Control, observations: &[Observation]) -> Vec<Value> {
    if control.inapplicable.is_some() {
        return Vec::new();
    }
    let of = |one: &&Observation| control.evidence.iter().any(|id| id == one.predicate.id);
    (observations.iter().filter(of))
        .map(|one| json!({"observation-uuid": one.uuid}))
        .collect()
}

/// The risks of a gap: one for each predicate that fails.
fn related_risks(folder: &Folder<'_, '_>, control: &Control, verdict: Verdict) -> Vec<Value> {
    if verdict != Verdict::Gap {
        return Vec::new();
    }
    (control.predicates())
        .filter(|predicate| fails(folder, predicate) > 0)
        .map(|predicate| json!({"risk-uuid": risk_uuid(folder, predicate)}))
        .collect()
}

fn risk_uuid(folder: &Folder<'_, '_>, predicate: &Predicate) -> String {
    folder.mint.uuid("risk", &[predicate.id])
}

/// For how many integrations a predicate fails.
fn fails(folder: &Folder<'_, '_>, predicate: &Predicate) -> usize {
    let assessment = &folder.report.assessment;
    (0..assessment.integrations.len())
        .filter(|&number| assessment.outcome(number, predicate) == Some(Outcome::Failed))
        .count()
}

/// What fails, each predicate once.
fn risks(folder: &Folder<'_, '_>, observations: &[Observation]) -> Vec<Value> {
    let report = folder.report;
    let mut all = Vec::new();
    for predicate in &report.assessment.predicates {
        let count = fails(folder, predicate);
        if count == 0 {
            continue;
        }
        let techniques = report.attack.techniques(&[predicate.id]);
        let statement = if techniques.is_empty() {
            "What a control asks for is not the case; no technique of MITRE ATT&CK is named for it."
                .to_owned()
        } else {
            format!(
                "It makes possible what the threats name: techniques of MITRE ATT&CK {}.",
                report.attack.version
            )
        };
        let threats = techniques.iter().map(|technique| {
            json!({
                "system": "https://attack.mitre.org",
                "href": technique.url,
                "id": technique.url,
            })
        });
        let of = |one: &&Observation| {
            one.outcome == Outcome::Failed && std::ptr::eq(one.predicate, *predicate)
        };
        all.push(
            Object::new()
                .with("uuid", risk_uuid(folder, predicate))
                .with(
                    "title",
                    line(&format!("{}: does not hold", predicate.title)),
                )
                .with(
                    "description",
                    prose(&format!(
                        "For {count} of {} integrations this does not hold: {}",
                        folder.components.len(),
                        sentence(predicate.asks)
                    )),
                )
                .with("statement", prose(&statement))
                .list(
                    "props",
                    prop("predicate", predicate.id).into_iter().collect(),
                )
                .with("status", "open")
                .with("origins", origins())
                .list("threat-ids", threats.collect())
                .list(
                    "related-observations",
                    (observations.iter().filter(of))
                        .map(|one| json!({"observation-uuid": one.uuid}))
                        .collect(),
                )
                .into(),
        );
    }
    all
}
