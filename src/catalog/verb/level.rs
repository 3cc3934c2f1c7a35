//! AWS: access level and first word → verb. Where that is wrong for one operation, `aws_verbs.tsv`
//! says so with a reason, and an entry that changes nothing is an error.

use std::collections::BTreeMap;

use super::Verb;
use crate::catalog::Error;
use crate::catalog::line::words;

/// AWS's access levels (Service Authorization Reference, "Access levels").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Lists resources, not their content.
    List,
    /// Reads content and attributes.
    Read,
    /// Creates, deletes or modifies.
    Write,
    /// Changes tags only.
    Tagging,
    /// Grants or modifies permissions.
    Permissions,
}

impl Level {
    /// The level that a published access level names; two at once (`Tagging, Write`) are the
    /// graver one. Nothing for a word that AWS does not use.
    pub fn of(text: &str) -> Option<Level> {
        let mut found = None;
        for part in text.split(',') {
            let level = match part.trim() {
                "List" => Level::List,
                "Read" => Level::Read,
                "Write" => Level::Write,
                "Tagging" => Level::Tagging,
                "Permissions management" => Level::Permissions,
                _ => return None,
            };
            found = found.max(Some(level));
        }
        found
    }
}

/// Words before the one that decides: `BatchDelete…`, `AdminCreateUser`, `ESHttpPut`.
const PREFIXES: [&str; 8] = [
    "Batch",
    "Admin",
    "Bulk",
    "PartiQL",
    "ESHttp",
    "ESCrossCluster",
    "Gateway",
    "Async",
];

/// First word → verb, for operations that the vendor calls Read or List. Anything else is the
/// level's own verb.
const READS: [(&str, Verb); 24] = [
    ("Approve", Verb::Approve),
    ("Assume", Verb::Assume),
    ("Call", Verb::Trigger),
    ("Cancel", Verb::Update),
    ("Chat", Verb::Trigger),
    ("Connect", Verb::Trigger),
    ("Discover", Verb::List),
    ("Download", Verb::Export),
    ("Execute", Verb::Trigger),
    ("Export", Verb::Export),
    ("Filter", Verb::List),
    ("Invoke", Verb::Trigger),
    ("List", Verb::List),
    ("Lookup", Verb::List),
    ("Pass", Verb::Trigger),
    ("Put", Verb::Update),
    ("Query", Verb::List),
    ("Run", Verb::Trigger),
    ("Scan", Verb::List),
    ("Search", Verb::List),
    ("Send", Verb::Trigger),
    ("Start", Verb::Trigger),
    ("Stop", Verb::Update),
    ("Use", Verb::Trigger),
];

/// First word → verb, for operations that the vendor calls Write. Anything else is `update`.
const WRITES: [(&str, Verb); 136] = [
    ("Accept", Verb::Approve),
    ("Access", Verb::Get),
    ("Add", Verb::Create),
    ("Allocate", Verb::Create),
    ("Allow", Verb::Administer),
    ("Approve", Verb::Approve),
    ("Assume", Verb::Assume),
    ("Authorize", Verb::Administer),
    ("Backup", Verb::Create),
    ("Begin", Verb::Trigger),
    ("Build", Verb::Trigger),
    ("Bypass", Verb::Administer),
    ("Call", Verb::Trigger),
    ("Chat", Verb::Trigger),
    ("Check", Verb::Get),
    ("Claim", Verb::Create),
    ("Clear", Verb::Delete),
    ("Clone", Verb::Create),
    ("Connect", Verb::Trigger),
    ("Converse", Verb::Trigger),
    ("Copy", Verb::Create),
    ("Count", Verb::Get),
    ("Create", Verb::Create),
    ("Deauthorize", Verb::Administer),
    ("Decline", Verb::Approve),
    ("Decode", Verb::Get),
    ("Decrypt", Verb::Get),
    ("Delete", Verb::Delete),
    ("Deliver", Verb::Trigger),
    ("Deny", Verb::Approve),
    ("Deploy", Verb::Trigger),
    ("Deprovision", Verb::Delete),
    ("Deregister", Verb::Delete),
    ("Describe", Verb::Get),
    ("Detect", Verb::Trigger),
    ("Disallow", Verb::Administer),
    ("Discard", Verb::Delete),
    ("Discover", Verb::Trigger),
    ("Dispose", Verb::Delete),
    ("Distribute", Verb::Trigger),
    ("Download", Verb::Export),
    ("Drop", Verb::Delete),
    ("Duplicate", Verb::Create),
    ("Encrypt", Verb::Trigger),
    ("Evaluate", Verb::Trigger),
    ("Evict", Verb::Delete),
    ("Execute", Verb::Trigger),
    ("Expire", Verb::Delete),
    ("Export", Verb::Export),
    ("Failover", Verb::Trigger),
    ("Flush", Verb::Delete),
    ("Forget", Verb::Delete),
    ("Generate", Verb::Create),
    ("Get", Verb::Get),
    ("Grant", Verb::Administer),
    ("Import", Verb::Create),
    ("Ingest", Verb::Create),
    ("Initiate", Verb::Trigger),
    ("Inject", Verb::Trigger),
    ("Insert", Verb::Create),
    ("Instantiate", Verb::Create),
    ("Invalidate", Verb::Delete),
    ("Invite", Verb::Create),
    ("Invoke", Verb::Trigger),
    ("Issue", Verb::Create),
    ("Launch", Verb::Create),
    ("List", Verb::List),
    ("Notify", Verb::Trigger),
    ("Open", Verb::Create),
    ("Pass", Verb::Trigger),
    ("Perform", Verb::Trigger),
    ("Poll", Verb::Get),
    ("Post", Verb::Create),
    ("Predict", Verb::Trigger),
    ("Prepare", Verb::Trigger),
    ("Preview", Verb::Get),
    ("Process", Verb::Trigger),
    ("Provision", Verb::Create),
    ("Publish", Verb::Trigger),
    ("Purchase", Verb::Create),
    ("Purge", Verb::Delete),
    ("Put", Verb::Create),
    ("Query", Verb::List),
    ("Reboot", Verb::Trigger),
    ("Rebuild", Verb::Trigger),
    ("Receive", Verb::Get),
    ("Recognize", Verb::Trigger),
    ("Record", Verb::Create),
    ("Redeem", Verb::Create),
    ("Redrive", Verb::Trigger),
    ("Refresh", Verb::Trigger),
    ("Register", Verb::Create),
    ("Reject", Verb::Approve),
    ("Release", Verb::Delete),
    ("Remove", Verb::Delete),
    ("Replicate", Verb::Create),
    ("Request", Verb::Create),
    ("Rerank", Verb::Trigger),
    ("Resend", Verb::Trigger),
    ("Reserve", Verb::Create),
    ("Restart", Verb::Trigger),
    ("Restore", Verb::Create),
    ("Retrieve", Verb::Get),
    ("Retry", Verb::Trigger),
    ("Revoke", Verb::Administer),
    ("Run", Verb::Trigger),
    ("Sample", Verb::Trigger),
    ("Schedule", Verb::Create),
    ("Search", Verb::List),
    ("Send", Verb::Trigger),
    ("Share", Verb::Administer),
    ("Show", Verb::Get),
    ("Sign", Verb::Trigger),
    ("Signal", Verb::Trigger),
    ("Start", Verb::Trigger),
    ("Store", Verb::Create),
    ("Stream", Verb::Trigger),
    ("Submit", Verb::Create),
    ("Subscribe", Verb::Create),
    ("Switchover", Verb::Trigger),
    ("Sync", Verb::Trigger),
    ("Synchronize", Verb::Trigger),
    ("Terminate", Verb::Delete),
    ("Test", Verb::Trigger),
    ("Train", Verb::Trigger),
    ("Transform", Verb::Trigger),
    ("Translate", Verb::Trigger),
    ("Unauthorize", Verb::Administer),
    ("Unload", Verb::Export),
    ("Unshare", Verb::Administer),
    ("Unsubscribe", Verb::Delete),
    ("Upload", Verb::Create),
    ("Use", Verb::Trigger),
    ("Validate", Verb::Get),
    ("Wipe", Verb::Delete),
    ("Write", Verb::Create),
];

/// Last word → `update`, for `Put…`: these name a setting that is always there.
const SETTINGS: [&str; 34] = [
    "Abac",
    "Acceleration",
    "Attribute",
    "Attributes",
    "CORS",
    "Concurrency",
    "Config",
    "Configuration",
    "Configurations",
    "Encryption",
    "Hold",
    "Level",
    "Limit",
    "Limits",
    "Logging",
    "Metadata",
    "Mode",
    "Mutability",
    "Notification",
    "Options",
    "Payment",
    "Preference",
    "Preferences",
    "Properties",
    "Protection",
    "Replication",
    "Retention",
    "Setting",
    "Settings",
    "Status",
    "Tagging",
    "Versioning",
    "Visibility",
    "Website",
];

/// The word before `Policy` where `Put…Policy` sets no permissions.
const TECHNICAL_POLICIES: [&str; 14] = [
    "Account",
    "Backup",
    "Cors",
    "Feed",
    "Index",
    "Lifecycle",
    "Metric",
    "Network",
    "Protection",
    "Put",
    "Retention",
    "Scaling",
    "Termination",
    "Tier",
];

/// First words that change what a last word `Permission` or `Permissions` names.
const CHANGES: [&str; 8] = [
    "Add", "Create", "Delete", "Modify", "Put", "Remove", "Set", "Update",
];

/// First words after which a later word `Export` makes the operation an `export`.
const STARTS_EXPORT: [&str; 6] = ["Create", "Start", "Initiate", "Request", "Run", "Schedule"];

/// The words of an operation's name without the prefixes that decide nothing.
fn deciding(name: &str) -> Vec<String> {
    let mut rest = name;
    while let Some(stripped) = PREFIXES.iter().find_map(|prefix| {
        rest.strip_prefix(prefix)
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    }) {
        rest = stripped;
    }
    words(rest)
}

fn find(table: &[(&str, Verb)], word: &str) -> Option<Verb> {
    table
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(word))
        .map(|&(_, verb)| verb)
}

/// The verb of an AWS operation by its access level and name alone.
pub fn by_rule(level: Level, name: &str) -> Verb {
    let words = deciding(name);
    let first = words.first().map_or("", String::as_str);
    let last = words.last().map_or("", String::as_str);
    let reads = |own: Verb| find(&READS, first).unwrap_or(own);
    match level {
        Level::List => match reads(Verb::List) {
            Verb::Get => Verb::List,
            other @ (Verb::List
            | Verb::Export
            | Verb::Create
            | Verb::Update
            | Verb::Delete
            | Verb::Approve
            | Verb::Trigger
            | Verb::Administer
            | Verb::Assume) => other,
        },
        Level::Read => reads(Verb::Get),
        Level::Tagging => match first {
            "List" => Verb::List,
            "Get" | "Describe" => Verb::Get,
            _ => Verb::Update,
        },
        Level::Permissions => match first {
            "List" => Verb::List,
            "Get" | "Describe" | "View" | "Validate" | "Search" => Verb::Get,
            _ => Verb::Administer,
        },
        Level::Write => {
            let later = |wanted: &[&str]| {
                words
                    .iter()
                    .skip(1)
                    .any(|word| wanted.contains(&word.as_str()))
            };
            if STARTS_EXPORT.contains(&first) && later(&["Export", "Exports"]) {
                Verb::Export
            } else if first == "Start" && later(&["Import"]) {
                Verb::Create
            } else if matches!(last, "Permission" | "Permissions") && CHANGES.contains(&first)
                || name.ends_with("ResourcePolicy") && matches!(first, "Delete" | "Update")
            {
                Verb::Administer
            } else if first == "Put" && last == "Policy" {
                let before = words.iter().rev().nth(1).map_or("", String::as_str);
                if TECHNICAL_POLICIES.contains(&before) {
                    Verb::Update
                } else {
                    Verb::Administer
                }
            } else if first == "Put" && SETTINGS.contains(&last) {
                Verb::Update
            } else if first == "Publish" && last == "Version" {
                Verb::Create
            } else if first.eq_ignore_ascii_case("patch") {
                Verb::Update
            } else {
                find(&WRITES, first).unwrap_or(Verb::Update)
            }
        }
    }
}

/// One line of the table of exceptions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Override {
    /// What the operation does, against its level and name.
    pub verb: Verb,
    /// Why.
    pub reason: String,
    /// Its line in the table, from 1.
    pub line: usize,
}

/// The path by which messages name the built-in table.
pub const OVERRIDES_PATH: &str = "src/catalog/aws_verbs.tsv";

/// The built-in table of exceptions, by full spelling (`iam:PassRole`).
///
/// # Errors
/// A line that does not read `operation TAB verb TAB reason`, or that repeats another.
pub fn overrides() -> Result<BTreeMap<String, Override>, Error> {
    read_overrides(OVERRIDES_PATH, include_str!("../aws_verbs.tsv"))
}

/// A table of exceptions: `operation TAB verb TAB reason` a line; `#` begins a comment line.
///
/// # Errors
/// As for [`overrides`].
pub fn read_overrides(path: &str, text: &str) -> Result<BTreeMap<String, Override>, Error> {
    let mut table = BTreeMap::new();
    for (index, row) in text.lines().enumerate() {
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        let line = index + 1;
        let at = |message: String| Error::new(path, "", format!("line {line}: {message}"));
        let mut columns = row.split('\t');
        let (Some(operation), Some(word), Some(reason), None) = (
            columns.next(),
            columns.next(),
            columns.next(),
            columns.next(),
        ) else {
            return Err(at(
                "must be operation, verb and reason, separated by tabs".into()
            ));
        };
        let Some(verb) = Verb::of_word(word) else {
            return Err(at(format!("`{word}` is not a verb")));
        };
        if reason.trim().is_empty() {
            return Err(at(format!("`{operation}` has no reason")));
        }
        let entry = Override {
            verb,
            reason: reason.to_owned(),
            line,
        };
        if let Some(earlier) = table.insert(operation.to_owned(), entry) {
            return Err(at(format!(
                "`{operation}` already stands on line {}",
                earlier.line
            )));
        }
    }
    Ok(table)
}
