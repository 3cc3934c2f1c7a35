//! What is left in the files beside the declarations.

use super::Seeker;
use crate::check::baseline;
use crate::diff::approval;
use crate::lock;
use crate::offboard::scan::{self, Within};

impl Seeker<'_> {
    pub(super) fn lock(&mut self, text: Option<&str>) {
        let Some(text) = text else {
            return;
        };
        let own = |line: &str| {
            let mut words = line.split(' ');
            matches!(words.next(), Some("integration" | "principal"))
                && words.next() == Some(self.name)
        };
        let mut first = None;
        let mut count = 0;
        for (line, number) in text.lines().zip(1u32..) {
            if own(line) {
                first = first.or(Some(number));
                count += 1;
            }
        }
        if let Some(line) = first {
            let what = match count {
                1 => "1 line about it".to_owned(),
                _ => format!("{count} lines about it, from here on"),
            };
            self.put("lock", lock::FILE, Some(line), what);
        }
        for (line, within) in scan::lines(text, self.name, "#") {
            let full = text.split('\n').nth(line as usize - 1).unwrap_or_default();
            match within {
                Within::Code if !own(full) => {
                    self.put(
                        "lock",
                        lock::FILE,
                        Some(line),
                        "a line about somebody else names it",
                    );
                }
                Within::Quotes if !own(full) => {
                    let what = "the word is part of another name";
                    self.note("lock", lock::FILE, Some(line), what);
                }
                Within::Code | Within::Quotes | Within::Comment => {}
            }
        }
    }

    pub(super) fn baseline(&mut self, text: Option<&str>) {
        for (line, within) in scan::lines(text.unwrap_or_default(), self.name, "#") {
            if within == Within::Code {
                let what = "a known finding about it, or a guard of its name";
                self.put("baseline", baseline::FILE, Some(line), what);
            }
        }
    }

    pub(super) fn approvals(&mut self, text: Option<&str>) {
        for (line, _) in scan::lines(text.unwrap_or_default(), self.name, "#") {
            self.put(
                "approvals",
                approval::FILE,
                Some(line),
                "an approval speaks of it",
            );
        }
    }
}
