//! The most that a duty may take: what `scope.toml` says, else a default with its source.

use crate::authority::time::Length;
use crate::settings::{Class, Duty, Settings};
use crate::source::Span;

/// The most that a duty may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// The duty.
    pub duty: Duty,
    /// How long at most.
    pub length: Length,
    /// The class that it holds for; none where it holds for everybody.
    pub class: Option<Class>,
    /// Who says so.
    pub origin: Origin,
}

/// Who says how long a duty may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A default, with its source in words.
    Default(&'static str),
    /// `scope.toml`, here.
    Setting(Span),
}

struct Default {
    duty: Duty,
    class: Option<Class>,
    hours: u32,
    source: &'static str,
}

const fn days(duty: Duty, class: Option<Class>, days: u32, source: &'static str) -> Default {
    Default {
        duty,
        class,
        hours: days * 24,
        source,
    }
}

const QUARTERLY: &str = "CIS Controls 8.1, safeguards 5.1 and 5.5: at least quarterly";
const NINETY: &str = "CIS AWS Foundations 5.0, 1.13, and CIS Google Cloud 4.0, 1.7 and 1.15: access keys every 90 days";
const SHORTER: &str =
    "scopec's choice, a third of what CIS asks of access keys: no standard fixes a number";
const NO_STANDARD: &str =
    "scopec's choice: NHI7:2025 and CCM IAM-10 ask for an end, no standard fixes how far away";
const APPROVALS: &str = "scopec's choice: no standard fixes how long an approval may last";

/// The defaults. Where a standard gives a number it is the number here; the rest says that nobody
/// does. The shortest of those that hold for an integration is its own.
const DEFAULTS: [Default; 21] = [
    days(
        Duty::Review,
        None,
        180,
        "FedRAMP AC-2(j) and PCI DSS 7.2.4: every six months",
    ),
    days(Duty::Review, Some(Class::Production), 90, QUARTERLY),
    days(Duty::Review, Some(Class::OrgWide), 90, QUARTERLY),
    days(Duty::Review, Some(Class::Agent), 90, QUARTERLY),
    days(Duty::Review, Some(Class::ThirdParty), 90, QUARTERLY),
    days(
        Duty::Review,
        Some(Class::AcrossTenants),
        30,
        "FedRAMP AC-2(j): privileged accounts monthly",
    ),
    days(Duty::Rotation, None, 90, NINETY),
    days(Duty::Rotation, Some(Class::Agent), 30, SHORTER),
    days(Duty::Rotation, Some(Class::AcrossTenants), 30, SHORTER),
    days(Duty::Expiry, None, 730, NO_STANDARD),
    days(Duty::Expiry, Some(Class::Production), 365, NO_STANDARD),
    days(Duty::Expiry, Some(Class::OrgWide), 365, NO_STANDARD),
    days(Duty::Expiry, Some(Class::ThirdParty), 365, NO_STANDARD),
    days(Duty::Expiry, Some(Class::Agent), 365, NO_STANDARD),
    days(Duty::Expiry, Some(Class::AcrossTenants), 365, NO_STANDARD),
    days(Duty::Approval, None, 1, APPROVALS),
    hours(Class::Production, 12),
    hours(Class::OrgWide, 12),
    hours(Class::ThirdParty, 8),
    hours(Class::Agent, 8),
    hours(Class::AcrossTenants, 8),
];

/// An approval's default.
const fn hours(class: Class, hours: u32) -> Default {
    Default {
        duty: Duty::Approval,
        class: Some(class),
        hours,
        source: APPROVALS,
    }
}

/// The most that a duty may take in a class, or (none) for whoever is of no class. A number that
/// stands for everybody in `scope.toml` takes the place of the defaults of every class that has
/// none of its own there. None where the class adds nothing to what holds for everybody.
pub fn in_class(settings: &Settings, class: Option<Class>, duty: Duty) -> Option<Limit> {
    let set = |class: Option<Class>| {
        let &(hours, span) = settings.lifecycle.get(&(class, duty))?;
        Some((hours, Origin::Setting(span)))
    };
    let default = || {
        if class.is_some() && set(None).is_some() {
            return None;
        }
        let found = DEFAULTS
            .iter()
            .find(|default| default.duty == duty && default.class == class)?;
        Some((found.hours, Origin::Default(found.source)))
    };
    let (hours, origin) = set(class).or_else(default)?;
    Some(Limit {
        duty,
        length: Length::from_hours(hours),
        class,
        origin,
    })
}

/// The most that a duty may take for an integration of these classes: the shortest that one of them
/// has, else what holds for everybody.
pub fn limit(settings: &Settings, classes: &[Class], duty: Duty) -> Limit {
    classes
        .iter()
        .filter_map(|&class| in_class(settings, Some(class), duty))
        .reduce(|a, b| if b.length < a.length { b } else { a })
        .or_else(|| in_class(settings, None, duty))
        .unwrap_or(Limit {
            duty,
            length: Length::from_hours(0),
            class: None,
            origin: Origin::Default(NO_STANDARD),
        })
}

/// Every limit that holds in a project, for everybody first, then class by class.
pub fn all(settings: &Settings) -> Vec<Limit> {
    let classes = [None].into_iter().chain(Class::ALL.map(Some));
    classes
        .flat_map(|class| {
            Duty::ALL
                .into_iter()
                .filter_map(move |duty| in_class(settings, class, duty))
        })
        .collect()
}
