//! Dates, instants, lengths and half-open intervals, all in UTC and without a clock.

use std::fmt;

/// Minutes in a day.
const DAY: i64 = 24 * 60;
/// Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar.
const EPOCH: i64 = 719_468;
/// Days in 400 Gregorian years, after which the calendar repeats.
const ERA: i64 = 146_097;

/// A calendar day: days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// Reads `2027-03-31`: four digits, two, two, and a day that exists.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        Self::from_calendar(
            i32::try_from(number(&bytes[..4])?).ok()?,
            number(&bytes[5..7])?,
            number(&bytes[8..])?,
        )
    }

    /// The day of a year from 0 to 9999, a month from 1 and a day from 1; `None` where it does not exist.
    pub fn from_calendar(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(0..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        if day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Years are counted from March, so that the leap day is the last of its year.
        let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        i32::try_from(era * ERA + day_of_era - EPOCH).ok().map(Self)
    }

    /// Year, month from 1 and day from 1.
    pub fn calendar(self) -> (i64, i64, i64) {
        let days = i64::from(self.0) + EPOCH;
        let era = days.div_euclid(ERA);
        let day_of_era = days.rem_euclid(ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day)
    }

    /// The day that many days later (earlier where negative), held at the ends of the range.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// How many days from `earlier` to this day; negative where this one comes first.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0) - i64::from(earlier.0)
    }

    /// The UTC day in which a Unix time in seconds falls, held at the ends of the range.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400);
        let bound = if days < 0 { i32::MIN } else { i32::MAX };
        Self(i32::try_from(days).unwrap_or(bound))
    }

    /// The first instant of the day.
    pub fn start_of_day(self) -> Instant {
        Instant(i64::from(self.0) * DAY)
    }

    /// The first instant after the day: the exclusive end of `until` and `expires`.
    pub fn end_of_day(self) -> Instant {
        Instant((i64::from(self.0) + 1) * DAY)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.calendar();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A point in time: minutes since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Reads `2027-03-31T12:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let time = time.as_bytes();
        if time.len() != 5 || time[2] != b':' {
            return None;
        }
        let (hours, minutes) = (number(&time[..2])?, number(&time[3..])?);
        if hours > 23 || minutes > 59 {
            return None;
        }
        let start = Date::parse(date)?.start_of_day();
        Some(Self(start.0 + i64::from(hours * 60 + minutes)))
    }

    /// The UTC day in which the instant falls.
    pub fn date(self) -> Date {
        Date::from_unix_seconds(self.0.saturating_mul(60))
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 with seconds: `2027-04-01T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.rem_euclid(DAY);
        write!(
            f,
            "{}T{:02}:{:02}:00Z",
            self.date(),
            minutes / 60,
            minutes % 60
        )
    }
}

/// A length of time in whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length {
    hours: u32,
}

impl Length {
    const DAY: u32 = 24;
    const YEAR: u32 = 365 * Self::DAY;

    /// A length of that many hours.
    pub const fn from_hours(hours: u32) -> Self {
        Self { hours }
    }

    /// A length of that many days, held at the largest that can be told.
    pub const fn from_days(days: u32) -> Self {
        Self {
            hours: days.saturating_mul(Self::DAY),
        }
    }

    /// Reads `8h`, `30d` or `1y`, a year being 365 days.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = match text.as_bytes().last()? {
            b'h' => 1,
            b'd' => Self::DAY,
            b'y' => Self::YEAR,
            _ => return None,
        };
        let hours = number(&text.as_bytes()[..text.len() - 1])?.checked_mul(unit)?;
        Some(Self { hours })
    }

    /// The length in hours.
    pub fn hours(self) -> u32 {
        self.hours
    }

    /// The length in days, rounded up.
    pub fn days(self) -> u32 {
        self.hours.div_ceil(Self::DAY)
    }
}

impl fmt::Display for Length {
    /// In the largest unit that tells it whole: `1y`, `30d`, `8h`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, letter) = if self.hours > 0 && self.hours.is_multiple_of(Self::YEAR) {
            (Self::YEAR, 'y')
        } else if self.hours > 0 && self.hours.is_multiple_of(Self::DAY) {
            (Self::DAY, 'd')
        } else {
            (1, 'h')
        };
        write!(f, "{}{letter}", self.hours / unit)
    }
}

/// A stretch of time that includes its start and not its end; a side that is `None` never ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Interval {
    /// The first instant inside.
    pub start: Option<Instant>,
    /// The first instant after.
    pub end: Option<Instant>,
}

impl Interval {
    /// All of time.
    pub const ALWAYS: Self = Self {
        start: None,
        end: None,
    };

    /// Everything before `end`.
    pub fn until(end: Instant) -> Self {
        Self {
            start: None,
            end: Some(end),
        }
    }

    /// Everything from `start` on.
    pub fn from(start: Instant) -> Self {
        Self {
            start: Some(start),
            end: None,
        }
    }

    /// Whether no instant is inside.
    pub fn is_empty(self) -> bool {
        matches!((self.start, self.end), (Some(start), Some(end)) if start >= end)
    }

    /// Whether `instant` is inside.
    pub fn contains(self, instant: Instant) -> bool {
        self.start.is_none_or(|start| start <= instant) && self.end.is_none_or(|end| instant < end)
    }

    /// What is in both; possibly empty.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let end = match (self.end, other.end) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        // `None` orders before every instant, which is what an open start means.
        Self {
            start: self.start.max(other.start),
            end,
        }
    }

    /// What is here and not in `other`: the part before it and the part after it, where they exist.
    pub fn difference(self, other: Self) -> Vec<Self> {
        if self.is_empty() {
            return Vec::new();
        }
        if self.intersect(other).is_empty() {
            return vec![self];
        }
        let before = other.start.map(|start| self.intersect(Self::until(start)));
        let after = other.end.map(|end| self.intersect(Self::from(end)));
        before
            .into_iter()
            .chain(after)
            .filter(|part| !part.is_empty())
            .collect()
    }

    /// Whether everything here is in `other`.
    pub fn is_subset(self, other: Self) -> bool {
        self.is_empty() || self.intersect(other) == self
    }
}

/// The value of one to nine ASCII digits.
fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(
        digits
            .iter()
            .fold(0, |value, digit| value * 10 + u32::from(digit - b'0')),
    )
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
