//! What is left in the output folder.

use std::collections::BTreeSet;

use super::address::{Address, Called};
use super::{Folder, Seeker};
use crate::emit::manifest::Manifest;
use crate::emit::safe;
use crate::offboard::scan::{self, Within};

/// The manifest's name.
const MANIFEST: &str = "manifest.json";

impl Seeker<'_> {
    pub(super) fn output(&mut self, folder: &Folder, addresses: &[Address]) {
        let name = self.name;
        if !folder.is_there {
            let what = "what was written before: there is no output folder";
            self.found.unknown.push(what.to_owned());
            return;
        }
        for one in &folder.unread {
            self.found.unknown.push(format!("what is in {one}"));
        }
        let Some(manifest) = &folder.manifest else {
            let what = "which files `build` wrote: the output folder has no manifest that can be understood";
            self.found.unknown.push(what.to_owned());
            for (path, bytes) in &folder.files {
                self.file(path, bytes, None, addresses);
            }
            return;
        };
        for file in manifest
            .files
            .iter()
            .filter(|file| file.integration == name)
        {
            self.put(
                "output",
                MANIFEST,
                None,
                format!("lists `{}` as a file of it", file.path),
            );
        }
        let rows = manifest
            .ledger
            .iter()
            .filter(|entry| entry.integration == name);
        if let count @ 1.. = rows.count() {
            self.put(
                "output",
                MANIFEST,
                None,
                format!("{count} rows of its ledger are about it"),
            );
        }
        let naming = manifest.ledger.iter().filter(|entry| {
            let lines = scan::lines(&entry.clause, name, "//");
            entry.integration != name && lines.iter().any(|(_, within)| *within == Within::Code)
        });
        let naming: BTreeSet<String> = naming
            .map(|entry| format!("a clause of `{}` in its ledger names it", entry.integration))
            .collect();
        for what in naming {
            self.put("output", MANIFEST, None, what);
        }
        let others = manifest.excess.iter().map(|one| &one.integration);
        let others = others.chain(manifest.withheld.iter().map(|one| &one.integration));
        if others.into_iter().any(|one| one == name) {
            self.put(
                "output",
                MANIFEST,
                None,
                "lists it among excess or what is withheld",
            );
        }
        for (path, bytes) in &folder.files {
            if path != MANIFEST {
                self.file(path, bytes, Some(manifest), addresses);
            }
        }
    }

    fn file(
        &mut self,
        path: &str,
        bytes: &[u8],
        manifest: Option<&Manifest>,
        addresses: &[Address],
    ) {
        let listed =
            manifest.and_then(|manifest| manifest.files.iter().find(|one| one.path == path));
        if listed.is_some_and(|file| file.integration == self.name) {
            self.put("output", path, None, "a file of it");
            return;
        }
        let folder = safe(self.name);
        if listed.is_none() && path.split('/').any(|step| step == folder) {
            let what =
                "a file in its folder, which no manifest lists, so `build` does not remove it";
            self.put("output", path, None, what);
            return;
        }
        let text = String::from_utf8_lossy(bytes);
        let first = |word: &str| {
            scan::lines(&text, word, "\0")
                .first()
                .map(|(line, _)| *line)
        };
        let mut names = vec![(self.name, None)];
        for address in addresses {
            match &address.called {
                Called::Addresses(all) => {
                    if let Some(line) = all.iter().find_map(|flat| first(flat)) {
                        let text = &address.text;
                        let what = format!("carries the address of its identity `{text}`");
                        self.put("output", path, Some(line), what);
                        return;
                    }
                }
                Called::Name(name) => names.push((name, Some(&address.text))),
            }
        }
        let owner = listed.map(|file| file.integration.as_str());
        for (name, of) in names {
            let Some(line) = first(name) else {
                continue;
            };
            if let Some(why) = self.explained(name, owner, manifest) {
                self.note("output", path, Some(line), why);
                continue;
            }
            let what = match of {
                Some(text) => format!("carries the name of its identity `{text}`"),
                None => "carries its name".to_owned(),
            };
            self.put("output", path, Some(line), what);
            return;
        }
    }

    /// Why a word stands in a file of somebody else: that one declares something with it.
    fn explained(
        &self,
        word: &str,
        owner: Option<&str>,
        manifest: Option<&Manifest>,
    ) -> Option<String> {
        let owner = owner?;
        let mut ledger = manifest?.ledger.iter();
        let clause =
            ledger.find(|entry| entry.integration == owner && scan::has(&entry.clause, word));
        if let Some(entry) = clause {
            return Some(format!(
                "the word stands in it because of a clause of `{owner}` in {}:{}",
                entry.file, entry.line
            ));
        }
        // An argument of a profile is in no clause of the ledger.
        let mut parties = self.compiled.model.parties();
        let (_, party) = parties.find(|(_, party)| *party.name == *owner)?;
        let lines = scan::lines(self.compiled.sources.text(party.span), word, "//");
        let says = lines.iter().any(|(_, within)| *within == Within::Quotes);
        says.then(|| format!("the word stands in it because `{owner}` is declared with it"))
    }
}
