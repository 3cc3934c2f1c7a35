//! `--format calendar`: reviews, exchanges and ends as iCalendar (RFC 5545).

use super::detail::{DueRow, due_row};
use super::document::Report;
use super::shown::sha256;
use super::{Form, single};
use crate::authority::time::Date;
use crate::lifecycle::due::DueKind;
use crate::print::ical::Calendar;
use std::fmt::Write as _;

/// `--format calendar`
pub static FORM: Form = Form {
    name: "calendar",
    summary: "reviews, rotations and ends as iCalendar, for calendars",
    folder: false,
    file: "calendar.ics",
    write: |report, stem| single(stem, "ics", calendar(report)),
};

/// How many days ahead a calendar reminds.
const AHEAD: i64 = 14;

/// The calendar: one whole-day entry for everything that is due on a day. What nobody said when it
/// was done last has no day; it is an entry on the day of the report.
pub fn calendar(report: &Report<'_>) -> String {
    let today = report.desk.today;
    let mut out = Calendar::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//scopec//report//EN");
    out.line("CALSCALE", "GREGORIAN");
    out.text("NAME", &report.title());
    out.text("X-WR-CALNAME", &report.title());
    for due in &report.calendar {
        let row = due_row(&report.desk, due);
        let on = due.on.unwrap_or(today);
        let what = match due.kind {
            DueKind::Review => "Review",
            DueKind::Rotation => "Exchange a credential of",
            DueKind::Expiry => "The end of",
            DueKind::Exception => "The end of an exception of",
            DueKind::Clause => "The end of a clause of",
        };
        let never = if due.on.is_none() {
            " (never recorded)"
        } else {
            ""
        };
        let summary = format!("{what} {}{never}", row.integration);
        let mut description = format!(
            "{}\n{}, line {}",
            row.about, row.location.file, row.location.line
        );
        if let Some(by) = &row.by {
            let _ = write!(description, "\nby {by}");
        }
        if let Some(last) = &row.last {
            let _ = write!(description, "\nlast on {last}");
        }
        out.line("BEGIN", "VEVENT");
        out.line("UID", &uid(&row, on));
        out.line("DTSTAMP", &format!("{}T000000Z", digits(today)));
        out.line("DTSTART;VALUE=DATE", &digits(on));
        out.line("DTEND;VALUE=DATE", &digits(on.plus_days(1)));
        out.text("SUMMARY", &summary);
        out.text("DESCRIPTION", &description);
        out.text("CATEGORIES", row.kind);
        out.line("TRANSP", "TRANSPARENT");
        if on.days_since(today) > AHEAD {
            out.line("BEGIN", "VALARM");
            out.line("ACTION", "DISPLAY");
            out.line("TRIGGER", &format!("-P{AHEAD}D"));
            out.text("DESCRIPTION", &summary);
            out.line("END", "VALARM");
        }
        out.line("END", "VEVENT");
    }
    out.line("END", "VCALENDAR");
    out.finish()
}

/// `20261121`.
fn digits(on: Date) -> String {
    on.to_string().replace('-', "")
}

/// What tells an entry from every other, on every run: a hash of what it is about. The line is not
/// in it, so that an entry stays the same one when others move.
fn uid(row: &DueRow, on: Date) -> String {
    let on = on.to_string();
    let parts = [
        &row.integration,
        row.kind,
        &row.about,
        &row.location.file,
        &on,
    ];
    format!("{}@scopec", &sha256(parts.join("\0").as_bytes())[..32])
}
