//! `--format csv`: the register of non-human identities, for spreadsheets.

use super::document::Report;
use super::register::Entry;
use super::{Form, single};

/// `--format csv`
pub static FORM: Form = Form {
    name: "csv",
    summary: "the register of identities, for spreadsheets",
    folder: false,
    file: "inventory.csv",
    write: |report, stem| single(stem, "csv", csv(report)),
};

/// A column: its name, and what stands in it.
type Column = (&'static str, fn(&Entry) -> String);

/// The columns, in order.
const COLUMNS: [Column; 37] = [
    ("name", |entry| entry.name.clone()),
    ("kind", |entry| entry.kind.to_owned()),
    ("class", |entry| entry.class.to_owned()),
    ("acts", |entry| entry.acts.to_owned()),
    ("status", |entry| entry.status.to_owned()),
    ("risk", |entry| entry.risk.word().to_owned()),
    ("risk_because", |entry| entry.risk_because.clone()),
    ("owner", |entry| entry.owner.clone().unwrap_or_default()),
    ("owned_by_team", |entry| yes(entry.owned_by_team)),
    ("contact", |entry| entry.contact.clone().unwrap_or_default()),
    ("operator", |entry| {
        entry.operator.clone().unwrap_or_default()
    }),
    ("purpose", |entry| entry.purpose.clone().unwrap_or_default()),
    ("systems", |entry| entry.systems.join("; ")),
    ("environments", |entry| entry.environments.join("; ")),
    ("identities", |entry| entry.identities.join("; ")),
    ("credentials", |entry| entry.credentials.join("; ")),
    ("labels", |entry| entry.labels.join("; ")),
    ("revoke", |entry| entry.revoke.clone().unwrap_or_default()),
    ("monitor", |entry| entry.monitor.clone().unwrap_or_default()),
    ("expires", |entry| entry.expires.clone().unwrap_or_default()),
    ("review_every", |entry| {
        entry.review_every.clone().unwrap_or_default()
    }),
    ("reviewer", |entry| {
        entry.reviewer.clone().unwrap_or_default()
    }),
    ("last_review", |entry| {
        entry.last_review.clone().unwrap_or_default()
    }),
    ("next_review", |entry| {
        entry.next_review.clone().unwrap_or_default()
    }),
    ("next_rotation", |entry| {
        entry.next_rotation.clone().unwrap_or_default()
    }),
    ("allows", |entry| entry.allows.to_string()),
    ("nevers", |entry| entry.nevers.to_string()),
    ("excess_operations", |entry| entry.excess.to_string()),
    ("exceptions", |entry| entry.exceptions.to_string()),
    ("errors", |entry| entry.errors.to_string()),
    ("warnings", |entry| entry.warnings.to_string()),
    ("read_whole", |entry| yes(entry.complete)),
    ("withheld", |entry| yes(entry.withheld)),
    ("can_act_as", |entry| entry.reaches.to_string()),
    ("reached_systems", |entry| entry.reached_systems.to_string()),
    ("elevated_scopes", |entry| entry.elevated.to_string()),
    ("declared_at", |entry| {
        format!("{}, line {}", entry.location.file, entry.location.line)
    }),
];

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// The register as RFC 4180 has tables: a heading, one line an integration, every cell quoted.
pub fn csv(report: &Report<'_>) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    let mut put = |cells: Vec<String>| {
        // Writing to memory cannot fail.
        let _ = writer.write_record(cells.iter().map(|cell| harmless(cell)));
    };
    put(COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect());
    for entry in &report.entries {
        put(COLUMNS.iter().map(|(_, cell)| cell(entry)).collect());
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The most characters of a cell: spreadsheet programs hold 32,767.
const LONGEST: usize = 32_000;

/// A cell that no spreadsheet program takes for a formula or changes into another number: what
/// could be taken so gets an apostrophe in front, as such programs themselves write it. Control
/// characters become spaces.
fn harmless(cell: &str) -> String {
    let mut text: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    if cell.chars().count() > LONGEST {
        text.push('…');
    }
    if is_taken_for_more(&text) {
        text.insert(0, '\'');
    }
    text
}

/// Whether a program might take a text for a formula, or for a number that it writes otherwise.
fn is_taken_for_more(text: &str) -> bool {
    const LEADS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let start = text.trim_start();
    if start.starts_with(LEADS) || start.starts_with('\'') {
        return true;
    }
    let is_number = start.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && start.trim_end().chars().all(|c| {
            c.is_ascii_digit()
                || matches!(c, '.' | ',' | 'e' | 'E' | '+' | '-' | '/' | ':' | '%' | ' ')
        });
    if !is_number {
        return false;
    }
    // Short whole numbers and days are what they are taken for.
    let digits = start.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && start.len() <= 11 && (start == "0" || !start.starts_with('0'));
    let day = crate::authority::time::Date::parse(start).is_some();
    !(plain || day)
}
