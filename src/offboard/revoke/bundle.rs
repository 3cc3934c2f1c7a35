//! What is taken back of one identity in one tenant.

use super::{Action, Planner, Stage};
use crate::emit::system_label;
use crate::grant::Bundle;
use crate::model::party::ClauseKind;
use crate::offboard::word;
use crate::source::Span;

impl Planner<'_> {
    /// Trust, grants and the identity itself, one bundle after another.
    pub(super) fn bundles(&mut self) {
        let without = self.without;
        for bundle in without.bundles() {
            let left = without.left_of(bundle);
            self.trust(bundle, left);
            self.grants(bundle, left);
            self.identity(bundle);
        }
        // Trust in systems in which it has no identity is declared and comes to nothing.
        let model = &without.now.model;
        let idle: Vec<(String, Span)> = self
            .clauses()
            .filter_map(|clause| {
                if let ClauseKind::Trusts {
                    who, system: None, ..
                } = &clause.kind
                {
                    Some((word::who(model, who), clause.span))
                } else {
                    None
                }
            })
            .collect();
        for (who, span) in idle {
            let what = format!("the trust in `{who}`");
            let why = "it has no identity that the trust could be of, so look whether there is one"
                .to_owned();
            self.put(Stage::Trust, Action::Revoke, what, why, span);
        }
    }

    fn trust(&mut self, bundle: &Bundle, left: Option<&Bundle>) {
        let without = self.without;
        let identity = word::identity(without.now, bundle);
        let stays: Vec<String> = left
            .iter()
            .flat_map(|left| &left.admissions)
            .map(|one| word::who(&without.after.compiled.model, &one.who))
            .collect();
        let (system, external) = self.in_system(bundle.system);
        let name_span = without.party().name_span;
        for admission in &bundle.admissions {
            let who = word::who(&without.now.model, &admission.who);
            if stays.contains(&who) {
                continue;
            }
            let span = without.span_of(&admission.rows).unwrap_or(name_span);
            let what = format!("what lets `{who}` become `{identity}`");
            let why = "as long as it stands, whoever that is can be it".to_owned();
            let system = system.clone();
            let step = self.put(Stage::Trust, Action::Revoke, what, why, span);
            (step.system, step.external) = (system, external);
        }
        if let Some(from) = &bundle.from {
            let from = without.now.model.thing_text(from);
            let what = format!("what makes `{from}` be `{identity}`");
            let why = "whoever holds the one is the other".to_owned();
            let span = bundle
                .identity
                .as_ref()
                .map_or(name_span, |thing| thing.span);
            let action = if left.is_some() {
                Action::Keep
            } else {
                Action::Revoke
            };
            let others = without.others_of(bundle);
            let step = self.put(Stage::Trust, action, what, why, span);
            step.others = others;
            (step.system, step.external) = (system, external);
        }
    }

    fn grants(&mut self, bundle: &Bundle, left: Option<&Bundle>) {
        let without = self.without;
        let mut units = word::units(without.now, bundle);
        if let Some(left) = left {
            for unit in word::units(&without.after.compiled, left) {
                units.remove(&unit);
            }
        }
        let label = system_label(without.now, bundle.system, bundle.tenant);
        let identity = word::identity(without.now, bundle);
        let files = without.files_of(bundle);
        if units.is_empty() && files.is_empty() && left.is_some() {
            return;
        }
        let others = without.others_of(bundle);
        let what = if units.is_empty() {
            format!("nothing: `{identity}` is granted nothing in `{label}`")
        } else {
            format!("what `{identity}` is granted in `{label}`")
        };
        let why = if !others.is_empty() {
            format!("the rest stays for {}", word::names(&others))
        } else if bundle.silent && self.in_system(bundle.system).1 {
            "nothing is emitted into a system of somebody else's".to_owned()
        } else if files.is_empty() {
            "`build` writes no file for it now, so look for what was applied before".to_owned()
        } else {
            "`build` writes these files no longer; take back what was applied of them".to_owned()
        };
        let action = if units.is_empty() {
            Action::Keep
        } else {
            Action::Revoke
        };
        let span = bundle
            .identity
            .as_ref()
            .map_or(without.party().name_span, |thing| thing.span);
        let (_, external) = self.in_system(bundle.system);
        let step = self.put(Stage::Grant, action, what, why, span);
        step.units = units.into_iter().collect();
        step.files = files;
        step.others = others;
        (step.system, step.external) = (Some(label), external);
    }

    fn identity(&mut self, bundle: &Bundle) {
        let without = self.without;
        let identity = word::identity(without.now, bundle);
        let others = without.others_of(bundle);
        let Some(thing) = &bundle.identity else {
            let what = identity;
            let why = "it ends with the workflow that is given it".to_owned();
            let (system, external) = self.in_system(bundle.system);
            let span = without.party().name_span;
            let step = self.put(Stage::Identity, Action::Keep, what, why, span);
            (step.system, step.external) = (system, external);
            return;
        };
        let (action, why) = if others.is_empty() {
            (Action::Remove, "nobody else acts as it".to_owned())
        } else {
            (
                Action::Keep,
                format!("{} acts as it too", word::names(&others)),
            )
        };
        let label = system_label(without.now, bundle.system, bundle.tenant);
        let (_, external) = self.in_system(bundle.system);
        let step = self.put(
            Stage::Identity,
            action,
            format!("`{identity}`"),
            why,
            thing.span,
        );
        step.others = others;
        (step.system, step.external) = (Some(label), external);
    }
}
