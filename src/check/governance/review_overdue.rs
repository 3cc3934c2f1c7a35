//! `review-overdue`: nobody has looked at it for longer than was promised.

use crate::check::{Check, Context, Findings};
use crate::diagnostic::{NotAssessed, Severity};

/// The check.
pub static CHECK: Check = Check {
    name: "review-overdue",
    severity: Severity::Error,
    summary: "a review that was promised and not held",
    page: include_str!("../../../docs/checks/review-overdue.md"),
    run,
};

fn run(context: &Context<'_>, findings: &mut Findings) {
    let Some(today) = context.today else {
        return;
    };
    let model = context.model;
    for (id, party) in model.integrations() {
        let Some(((every, by), clause)) = party.review() else {
            continue;
        };
        let reviews = &context.subject(id).reviews;
        if reviews.is_empty() {
            findings.not_assessed.push(NotAssessed {
                rule: CHECK.name,
                integration: party.name.to_string(),
            });
            continue;
        }
        let last = reviews
            .iter()
            .map(|&index| &model.reviews[index])
            .filter(|review| review.by == Some(by) && review.on <= today)
            .max_by_key(|review| review.on);
        let team = &model.team(by).name;
        match last {
            None => findings.push(
                context
                    .duty(&CHECK, id, clause.span, format!("`{team}` has never reviewed `{}`", party.name))
                    .help("a review by somebody else, or dated in the future, is not the one that is asked for"),
            ),
            Some(review) if today.days_since(review.on) > i64::from(every.days()) => findings.push(
                context
                    .duty(
                        &CHECK,
                        id,
                        clause.span,
                        format!("the last review was on {}, {} days ago", review.on, today.days_since(review.on)),
                    )
                    .related(review.span, "the last one")
                    .help(format!("review it and say so: `reviewed {} on {today} by {team}`", party.name))
                    .time_alone(),
            ),
            Some(_) => {}
        }
    }
}
