//! What a finding is known by from one run to the next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Diagnostic;
use crate::source::Sources;

/// One fingerprint a diagnostic, in the order given: the first 12 hexadecimal digits of the
/// SHA-256 of its rule, subject, file and message. Digits in the message do not count, so neither
/// a day that passes nor a line that moves changes it; of several equal ones the later have their
/// ordinal hashed in as well. Give the whole list, the accepted and baselined ones included, for
/// the ordinals to stay.
pub fn fingerprints(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let message: String = diagnostic
                .message
                .chars()
                .filter(|character| !character.is_ascii_digit())
                .collect();
            let subject = diagnostic.subject.as_deref().unwrap_or("");
            let path = sources.path(diagnostic.span);
            let known_by = format!("{}\0{subject}\0{path}\0{message}", diagnostic.rule);
            let ordinal = seen.entry(known_by.clone()).or_default();
            *ordinal += 1;
            match *ordinal {
                1 => of(&known_by),
                later => of(&format!("{known_by}\0{later}")),
            }
        })
        .collect()
}

/// The first 12 hexadecimal digits of a text's SHA-256.
pub fn of(text: &str) -> String {
    let mut digits = String::with_capacity(12);
    for byte in Sha256::digest(text.as_bytes()).iter().take(6) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
