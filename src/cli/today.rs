//! Which day it is: the only place that asks the environment or the clock.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Failure;
use crate::authority::time::Date;

/// Reads the value of `--as-of`.
pub(super) fn parse(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is written `2027-03-31`".to_owned())
}

/// The day of `SOURCE_DATE_EPOCH` (reproducible-builds.org, seconds since 1970), else today in UTC.
pub(super) fn today() -> Result<Date, Failure> {
    match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => text.parse().map(Date::from_unix_seconds).map_err(|_| {
            Failure::new(format!(
                "`SOURCE_DATE_EPOCH` is `{text}`, which is no number of seconds"
            ))
            .help("set it to seconds since 1970-01-01, or write `--as-of 2027-03-31`")
        }),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::new("`SOURCE_DATE_EPOCH` is no number of seconds"))
        }
        Ok(_) | Err(env::VarError::NotPresent) => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            // A clock before 1970 is not set at all.
            let seconds = since.map_or(0, |since| since.as_secs());
            Ok(Date::from_unix_seconds(
                i64::try_from(seconds).unwrap_or(i64::MAX),
            ))
        }
    }
}
