//! Test requests for judges of what is printed, with the answers that the declarations give.

mod context;
mod declared;
mod request;
mod trust;

use super::{Job, jobs, sql_probes};
use crate::artifact::Artifact;
use crate::compile::Compiled;
use crate::source::Span;
use context::Context;
use serde_json::{Map, Value, json};

/// The probes of every file that judges can be asked about: `{"version": 1, "probes": [...]}`.
pub fn probes(compiled: &Compiled, artifacts: &[Artifact]) -> Value {
    let mut probes = Vec::new();
    for job in jobs(compiled, &compiled.withheld_parties()) {
        if &*compiled.model.catalog.vendor(job.bundle.vendor).name == "aws" {
            probes.extend(request::probes(&job, artifacts));
            probes.extend(trust::probes(&job, artifacts));
        }
    }
    probes.extend(sql_probes::probes(compiled));
    json!({ "version": 1, "probes": probes })
}

/// A question, apart from what is asked and of whom.
struct Probe<'a> {
    kind: &'static str,
    job: &'a Job<'a>,
    place: &'a str,
    action: &'a str,
    context: &'a Context,
    allowed: bool,
}

impl Probe<'_> {
    /// Its JSON with further fields; those that are null are left out.
    fn value<const N: usize>(&self, fields: [(&str, Value); N]) -> Value {
        let mut out = Map::new();
        out.insert("kind".to_owned(), json!(self.kind));
        out.insert("integration".to_owned(), json!(self.job.integration()));
        out.insert("system".to_owned(), json!(self.job.system()));
        out.insert("action".to_owned(), json!(self.action));
        for (name, value) in fields {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        }
        let answer = if self.allowed { "allowed" } else { "denied" };
        out.insert("context".to_owned(), json!(self.context));
        out.insert("expect".to_owned(), json!(answer));
        out.insert("clause".to_owned(), json!(self.place));
        Value::Object(out)
    }
}

/// `finance/books.scope:12`
fn place(compiled: &Compiled, span: Span) -> String {
    format!(
        "{}:{}",
        compiled.sources.path(span),
        compiled.sources.place(span).line
    )
}
