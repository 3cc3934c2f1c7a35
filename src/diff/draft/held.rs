//! Authority, prohibitions and bounds that one side has, in words.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a clause has some twenty-five kinds, of which a question concerns one or two"
)]

use super::{Draft, Drafts, plain};
use crate::diff::authority::{Bound, Spot};
use crate::diff::gain::{Gain, How, Worth};
use crate::diff::kind::{AUTHORITY, CATALOGUE, EXCESS, PROHIBITION};
use crate::diff::risk;
use crate::diff::statement::Subject;
use crate::diff::{Change, Clause, Direction, OPERATIONS, Side, SubjectKind};
use crate::model::PartyId;
use crate::model::party::ClauseKind;
use crate::source::Span;
use std::collections::BTreeSet;
use std::fmt::Write as _;

impl Drafts<'_, '_> {
    /// Puts the words of a difference on the side that has it, and of what the other side has
    /// instead.
    pub(super) fn clauses(
        &self,
        side: Side,
        span: Span,
        other: Option<Span>,
    ) -> (Option<Clause>, Option<Clause>) {
        match side {
            Side::Head => (
                other.and_then(|span| self.base.clause(span)),
                self.head.clause(span),
            ),
            Side::Base => (
                self.base.clause(span),
                other.and_then(|span| self.head.clause(span)),
            ),
        }
    }

    fn fill(&self, change: &mut Change, side: Side, gain: &Gain, party: Option<PartyId>) {
        change.verbs.clone_from(&gain.verbs);
        change.operation_count = gain.operations.len();
        change.operations = gain.operations.iter().take(OPERATIONS).cloned().collect();
        change.resource = Some(gain.resource.clone());
        let (before, after) = self.clauses(side, gain.span, gain.other);
        change.before = before;
        change.after = after;
        change.risk = risk::ordered(&self.risk_of(side, gain, party));
    }

    fn risk_of(&self, side: Side, gain: &Gain, party: Option<PartyId>) -> BTreeSet<String> {
        let risks = self.risks(side);
        let known = self.known(side);
        let model = &known.compiled.model;
        let mut all = BTreeSet::new();
        let clauses = &model.party(gain.party).clauses;
        let of_clause = clauses.iter().filter(|clause| clause.span == gain.span);
        for clause in of_clause {
            let rule = match &clause.kind {
                ClauseKind::Allow(rule)
                | ClauseKind::Never(rule)
                | ClauseKind::Delegates { rule, .. } => rule,
                ClauseKind::Holds { system, .. } => {
                    all.extend(risks.system(*system));
                    continue;
                }
                _ => continue,
            };
            for part in &rule.parts {
                if known.thing(&part.thing) == gain.resource {
                    all.extend(risks.thing(&part.thing, part.within));
                }
            }
        }
        if all.is_empty()
            && let Some(at) = known
                .systems
                .iter()
                .position(|name| *name == gain.spot.system)
        {
            all.extend(risks.system(crate::model::SystemId::at(at)));
        }
        if let Some(id) = party {
            all.extend(risks.party(id));
        }
        all
    }

    /// Whether a tenant is on one side only, of a system that both have.
    pub fn is_of_one_side(&self, spot: &Spot) -> bool {
        self.spots.0.contains(spot) != self.spots.1.contains(spot)
            && self.systems.contains(&spot.system)
    }

    /// Why a difference happens to many alike: its profile changed, or the tenant it is in.
    fn cause(&self, subject: &Subject, gain: &Gain) -> Option<(SubjectKind, String)> {
        if self.is_of_one_side(&gain.spot) {
            return Some((SubjectKind::System, gain.spot.system.to_string()));
        }
        let profile = gain.profile.as_ref()?;
        self.is_of_profile(&subject.name, profile)
            .then(|| (SubjectKind::Profile, profile.to_string()))
    }

    /// Authority on one side only.
    pub fn allowed(
        &self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let cause = self.cause(subject, gain);
        let by_catalogue = self.vendors_changed && gain.same_clause && cause.is_none();
        let kind = if by_catalogue {
            CATALOGUE.toward(direction)
        } else {
            AUTHORITY.toward(direction)
        };
        let resource = &gain.resource;
        let by = if gain.delegated {
            let giver = self.known(side).party(gain.party);
            format!(" by delegation of `{giver}`")
        } else {
            String::new()
        };
        let in_tenant = match &cause {
            Some((SubjectKind::System, _)) => format!(" in tenant `{}`", gain.spot.tenant),
            Some(_) | None => String::new(),
        };
        let mut detail = match (side, gain.worth != Worth::Real) {
            (Side::Head, false) => {
                let how = gained(&gain.how);
                format!("may now {verbs} on `{resource}`{in_tenant}{how}{by}")
            }
            (Side::Base, false) => match lost(&gain.how) {
                Some(how) => format!("may {verbs} on `{resource}` only {how}{by}"),
                None if gain.how.forbidden => {
                    format!("may no longer {verbs} on `{resource}`, which is forbidden now")
                }
                None => format!("may no longer {verbs} on `{resource}`{in_tenant}{by}"),
            },
            (Side::Head, true) => {
                let why = if gain.worth == Worth::Forbidden {
                    "is forbidden"
                } else {
                    "it was given"
                };
                format!(
                    "declares now that it may {verbs} on `{resource}`, which {why} all the same"
                )
            }
            (Side::Base, true) => {
                let why = if gain.worth == Worth::Forbidden {
                    "was forbidden"
                } else {
                    "it is given"
                };
                format!(
                    "no longer declares that it may {verbs} on `{resource}`, which {why} all the same"
                )
            }
        };
        if by_catalogue {
            detail.push_str(", since the project's vendor files say something else");
        }
        let mut change = plain(kind, subject, detail);
        change.direction = if gain.worth == Worth::Real {
            direction
        } else {
            Direction::Neutral
        };
        self.fill(&mut change, side, gain, party);
        Draft {
            key: format!("{}\0{}", gain.operations.join(" "), gain.terms),
            cause,
            change,
        }
    }

    /// Excess on one side only.
    pub fn excess(
        &self,
        subject: &Subject,
        party: Option<PartyId>,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let what = match &gain.unit {
            Some(unit) => format!("`{unit}`"),
            None => "what it is granted".to_owned(),
        };
        let resource = &gain.resource;
        let detail = match side {
            Side::Head => {
                format!(
                    "can now also {verbs} on `{resource}`, since {what} gives more than it declares"
                )
            }
            Side::Base => {
                format!("can no longer also {verbs} on `{resource}`, which it never declared")
            }
        };
        let mut change = plain(EXCESS.toward(direction), subject, detail);
        change.direction = direction;
        let mut located = gain.clone();
        located.party = party.unwrap_or(PartyId(0));
        self.fill(&mut change, side, &located, party);
        Draft {
            key: format!(
                "{}\0{}",
                gain.operations.join(" "),
                gain.unit.as_deref().unwrap_or("")
            ),
            cause: None,
            change,
        }
    }

    /// A prohibition on one side only.
    pub fn forbidden(
        &self,
        subject: &Subject,
        side: Side,
        gain: &Gain,
        direction: Direction,
    ) -> Draft {
        let verbs = listed(&gain.verbs);
        let resource = &gain.resource;
        let detail = match side {
            Side::Head => format!("must now never {verbs} on `{resource}`"),
            Side::Base => format!("is no longer forbidden to {verbs} on `{resource}`"),
        };
        let mut change = plain(PROHIBITION.toward(direction), subject, detail);
        change.direction = direction;
        let party = self.party_of(side, &subject.name);
        self.fill(&mut change, side, gain, party);
        Draft {
            key: format!("{}\0{}", gain.operations.join(" "), gain.terms),
            cause: self.cause(subject, gain),
            change,
        }
    }

    /// A bound that one side has and the other does not hold to.
    pub fn bound(
        &mut self,
        subject: &Subject,
        side: Side,
        bound: &Bound,
        other: Option<Span>,
        direction: Direction,
    ) {
        let profile = &bound.profile;
        let detail = match (side, other.is_some()) {
            (Side::Head, false) => format!("is now bounded by `{profile}`"),
            (Side::Base, false) => format!("is no longer bounded by `{profile}`"),
            (Side::Head, true) => format!("is bounded to less: `{profile}` allows less"),
            (Side::Base, true) => format!("is bounded to more: `{profile}` allows more"),
        };
        let mut change = plain(PROHIBITION.toward(direction), subject, detail);
        change.direction = direction;
        (change.before, change.after) = self.clauses(side, bound.span, other);
        if let Some(id) = self.party_of(side, &subject.name) {
            change.risk = risk::ordered(&self.risks(side).party(id));
        }
        let cause = other
            .is_some()
            .then(|| (SubjectKind::Profile, profile.to_string()));
        self.put(Draft {
            key: profile.to_string(),
            cause,
            change,
        });
    }
}

/// Why more is allowed than was, in words that follow the resource.
fn gained(how: &How) -> String {
    if how.forbidden {
        return ", which was forbidden".to_owned();
    }
    let mut text = match (&how.freed[..], &how.bound[..]) {
        ([], []) => String::new(),
        (freed, []) => format!(" without {}", freed.join(" and ")),
        ([], bound) => format!(" under {}", bound.join(" and ")),
        (freed, bound) => format!(
            " under {} instead of {}",
            bound.join(" and "),
            freed.join(" and ")
        ),
    };
    match how.ends {
        Some((Some(end), Some(was))) => {
            let _ = write!(text, " until {end} instead of {was}");
        }
        Some((Some(end), None)) => {
            let _ = write!(text, " until {end}");
        }
        Some((None, Some(was))) => {
            let _ = write!(text, " without an end instead of until {was}");
        }
        Some((None, None)) | None => {}
    }
    text
}

/// What is left of authority of which some goes, from why it was more: words that follow `only`.
fn lost(how: &How) -> Option<String> {
    let mut text = match (&how.freed[..], &how.bound[..]) {
        ([], _) => String::new(),
        (freed, []) => format!("under {}", freed.join(" and ")),
        (freed, bound) => format!(
            "under {} instead of {}",
            freed.join(" and "),
            bound.join(" and ")
        ),
    };
    if let Some((end, Some(was))) = how.ends {
        if !text.is_empty() {
            text.push_str(" and ");
        }
        let _ = write!(text, "until {was}");
        if let Some(end) = end {
            let _ = write!(text, " instead of {end}");
        }
    }
    (!text.is_empty()).then_some(text)
}

/// `get, list and update`
fn listed(verbs: &[&str]) -> String {
    match verbs {
        [] => "do something".to_owned(),
        ["any"] => "do anything".to_owned(),
        [only] => format!("`{only}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|verb| format!("`{verb}`")).collect();
            format!("{} and `{last}`", most.join(", "))
        }
    }
}
