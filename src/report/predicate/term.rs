//! Until when, and who looks at it in between.

use super::{Basis, Predicate};
use crate::check::governance::{expired, no_expiry, review_overdue};
use crate::model::PartyId;
use crate::report::answer::Answer;
use crate::report::desk::{Desk, Rule};
use crate::settings::Duty;

/// The family's predicates.
pub const PREDICATES: &[&Predicate] = &[&BOUND, &NOT_OVER, &NEAR, &CADENCE, &IN_TIME];

/// EXP-01.
static BOUND: Predicate = Predicate {
    id: "EXP-01",
    title: "Time bound",
    asks: "it ends on a stated day, or a team looks at it again and again",
    basis: Basis::Declaration,
    judge: bound,
};

fn bound(desk: &Desk<'_>, id: PartyId) -> Answer {
    let party = desk.party(id);
    match (party.expires(), party.review()) {
        (Some((date, clause)), _) => {
            let verb = if date < desk.today { "ended" } else { "ends" };
            Answer::met(format!("It {verb} with {date}.")).on([desk.clause(id, clause)])
        }
        (None, Some(((every, by), clause))) => Answer::partly(format!(
            "It has no `expires` clause; the review every {every} by `{}` stands in for an end.",
            desk.compiled.model.team(by).name
        ))
        .on([desk.clause(id, clause)]),
        (None, None) => {
            let missing = Answer::failed(
                "It has neither an `expires` nor a `review` clause, so it lasts for ever unseen: write `expires DATE`.",
            )
            .on([desk.own_line(id)]);
            desk.missing(id, &no_expiry::CHECK, missing)
        }
    }
}

/// EXP-02.
static NOT_OVER: Predicate = Predicate {
    id: "EXP-02",
    title: "Not expired",
    asks: "its end is not past",
    basis: Basis::Clock,
    judge: not_over,
};

fn not_over(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some((date, clause)) = desk.party(id).expires() else {
        return Answer::unknown("It has no `expires` clause, so no end can be past.")
            .on([desk.own_line(id)]);
    };
    let days = date.days_since(desk.today);
    let clause = desk.clause(id, clause);
    if days < 0 {
        return Answer::failed(format!(
            "It ended with {date}, and is still declared on {}: offboard it, or renew it after a review.",
            desk.today
        ))
        .on([clause]);
    }
    let holds = Answer::met(format!("It ends with {date}, in {days} days.")).on([clause]);
    desk.by_rules(id, &[Rule::of(&expired::CHECK)], holds)
}

/// EXP-03.
static NEAR: Predicate = Predicate {
    id: "EXP-03",
    title: "Expiry within policy",
    asks: "its end is not further away than the policy allows",
    basis: Basis::Clock,
    judge: near,
};

fn near(desk: &Desk<'_>, id: PartyId) -> Answer {
    let limit = desk.limit(id, Duty::Expiry);
    let most = Desk::limit_words(&limit);
    let Some((date, clause)) = desk.party(id).expires() else {
        return Answer::failed(format!(
            "It has no `expires` clause, and the policy allows {most}: write `expires DATE`."
        ))
        .on([desk.own_line(id)]);
    };
    let days = date.days_since(desk.today);
    let evidence = [desk.clause(id, clause)]
        .into_iter()
        .chain(Desk::limit_line(&limit));
    if days > i64::from(limit.length.days()) {
        Answer::failed(format!(
            "It ends with {date}, {days} days away, and the policy allows {most}."
        ))
    } else {
        Answer::met(format!(
            "It ends with {date}, and the policy allows {most}."
        ))
    }
    .on(evidence)
}

/// REV-01.
static CADENCE: Predicate = Predicate {
    id: "REV-01",
    title: "Review cadence within policy",
    asks: "a team looks at it at least as often as the policy asks",
    basis: Basis::Declaration,
    judge: cadence,
};

fn cadence(desk: &Desk<'_>, id: PartyId) -> Answer {
    let limit = desk.limit(id, Duty::Review);
    let most = Desk::limit_words(&limit);
    let Some(((every, by), clause)) = desk.party(id).review() else {
        return Answer::failed(format!(
            "It has no `review` clause, and the policy asks for one every {most}: write `review every {} by TEAM`.",
            limit.length
        ))
        .on([desk.own_line(id)]);
    };
    let team = &desk.compiled.model.team(by).name;
    let evidence = [desk.clause(id, clause)]
        .into_iter()
        .chain(Desk::limit_line(&limit));
    if every > limit.length {
        Answer::failed(format!(
            "`{team}` reviews it every {every}, and the policy asks for {most}."
        ))
    } else {
        Answer::met(format!(
            "`{team}` reviews it every {every}, and the policy asks for {most}."
        ))
    }
    .on(evidence)
}

/// REV-02.
static IN_TIME: Predicate = Predicate {
    id: "REV-02",
    title: "Review not overdue",
    asks: "the last review is not longer ago than was promised",
    basis: Basis::Clock,
    judge: in_time,
};

fn in_time(desk: &Desk<'_>, id: PartyId) -> Answer {
    let Some(((every, by), clause)) = desk.party(id).review() else {
        return Answer::failed(
            "It has no `review` clause, so nobody promised to look at it: write `review every 90d by TEAM`.",
        )
        .on([desk.own_line(id)]);
    };
    let clause = desk.clause(id, clause);
    let last = desk
        .context
        .reviews(id)
        .filter(|review| review.by == Some(by) && review.on <= desk.today)
        .max_by_key(|review| review.on);
    let evidence = last.map(|review| {
        crate::report::answer::Evidence::Line(crate::report::answer::Line::Fact, review.span)
    });
    let holds = match last {
        Some(review) => Answer::met(format!(
            "The last review was on {}, and one every {every} was promised.",
            review.on
        )),
        None => Answer::unknown(format!(
            "One every {every} was promised, and no line says when the last one was."
        )),
    }
    .on(evidence.into_iter().chain([clause]));
    let rule = Rule::of(&review_overdue::CHECK).wants("a line `reviewed NAME on DATE by TEAM`");
    desk.by_rules(id, &[rule], holds)
}
