//! `assessment-plan.json`: what is asked of which integrations, for which controls, and by what.

use super::component::{description, facts, kind, tool};
use super::mint::common;
use super::prose::{line, prose};
use super::{COMPONENTS, Folder, NAMESPACE, Object, UNKNOWN, prop};
use crate::report::desk::sentence;
use crate::report::predicate::Predicate;
use serde_json::{Value, json};

/// The document.
pub(super) fn plan(folder: &Folder<'_, '_>) -> Value {
    let report = folder.report;
    let activities: Vec<Value> = (report.assessment.predicates.iter())
        .map(|predicate| activity(folder, predicate))
        .collect();
    let subjects: Vec<Value> = (folder.components.iter())
        .map(|uuid| json!({"subject-uuid": uuid, "type": "component"}))
        .collect();
    let subjects = if subjects.is_empty() {
        Vec::new()
    } else {
        vec![json!({
            "type": "component",
            "description": "Every integration that is declared.",
            "include-subjects": subjects,
        })]
    };
    let plan_of = "This plan is of what the compiler judges by itself; it takes the place of no plan of an assessor.";
    let own = folder.mint.uuid("resource", &["no-ssp"]);
    Object::new()
        .with("uuid", UNKNOWN)
        .with(
            "metadata",
            folder.metadata(
                &format!("{}: assessment plan", report.title()),
                None,
                &format!("{plan_of}\n\n{}", Folder::notices()),
            ),
        )
        .with("import-ssp", json!({"href": format!("#{own}")}))
        .with(
            "local-definitions",
            Object::new()
                .list("components", components(folder))
                .list("activities", activities)
                .some(
                    "remarks",
                    folder
                        .components
                        .is_empty()
                        .then_some("No integration is declared."),
                ),
        )
        .some("reviewed-controls", folder.selection(|_| true))
        .list("assessment-subjects", subjects)
        .with("assessment-assets", assets())
        .list("tasks", tasks(folder))
        .with(
            "back-matter",
            json!({"resources": [{
                "uuid": own,
                "title": "No system security plan",
                "description": "The project has no system security plan in OSCAL. Its declarations are what was assessed, and the component definition says what they come to.",
                "rlinks": [{"href": COMPONENTS, "media-type": "application/oscal+json"}],
            }]}),
        )
        .into()
}

/// The integrations as components of the system that was assessed.
fn components(folder: &Folder<'_, '_>) -> Vec<Value> {
    let entries = folder.report.entries.iter().zip(&folder.components);
    entries
        .map(|(entry, uuid)| {
            let state = match entry.status {
                "active" => "operational",
                "retired" => "disposition",
                _ => "other",
            };
            Object::new()
                .with("uuid", uuid.as_str())
                .with("type", kind(entry))
                .with("title", line(&entry.name))
                .with("description", description(entry))
                .list("props", facts(entry))
                .with(
                    "status",
                    json!({"state": state, "remarks": format!("It is declared as {}.", entry.status)}),
                )
                .into()
        })
        .collect()
}

fn activity(folder: &Folder<'_, '_>, predicate: &Predicate) -> Value {
    let basis = match predicate.basis.word() {
        "declaration" => "the declaration of the integration",
        "graph" => "all declarations, and who can act as whom",
        "clock" => "the declaration of the integration, and the day",
        _ => "the state of what is deployed, which no declaration holds",
    };
    let named = |id: &String| id == predicate.id;
    let controls = folder.selection(|control| control.evidence.iter().any(named));
    Object::new()
        .with("uuid", common("activity", &[predicate.id]))
        .with(
            "title",
            line(&format!("{} {}", predicate.id, predicate.title)),
        )
        .with(
            "description",
            prose(&format!("{} Judged by {basis}.", sentence(predicate.asks))),
        )
        .list(
            "props",
            vec![
                json!({"name": "method", "value": "TEST"}),
                json!({"name": "predicate", "ns": NAMESPACE, "value": predicate.id}),
                json!({"name": "basis", "ns": NAMESPACE, "value": predicate.basis.word()}),
            ],
        )
        .some("related-controls", controls)
        .into()
}

fn assets() -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({
        "components": [{
            "uuid": tool(),
            "type": "software",
            "title": "scopec",
            "description": "The compiler that judged the declarations.",
            "props": prop("version", version).into_iter().collect::<Vec<_>>(),
            "status": {"state": "operational"},
        }],
        "assessment-platforms": [{
            "uuid": common("platform", &["scopec"]),
            "title": format!("scopec {version}"),
            "uses-components": [{"component-uuid": tool()}],
        }],
    })
}

fn tasks(folder: &Folder<'_, '_>) -> Vec<Value> {
    let activities: Vec<Value> = (folder.report.assessment.predicates.iter())
        .map(|predicate| {
            json!({
                "activity-uuid": common("activity", &[predicate.id]),
                "subjects": [{"type": "component", "include-all": {}}],
            })
        })
        .collect();
    if activities.is_empty() {
        return Vec::new();
    }
    vec![json!({
        "uuid": task(),
        "type": "action",
        "title": "Judge the declarations",
        "timing": {"on-date": {"date": folder.instant()}},
        "associated-activities": activities,
    })]
}

fn task() -> String {
    common("task", &["judge"])
}

/// Who observed, found and judged: the compiler.
pub(super) fn origins() -> Value {
    json!([{"actors": [{"type": "tool", "actor-uuid": tool()}]}])
}
