//! A project on disk, compiled in this process.

use std::path::Path;

use scopec::cli::manifest;
use scopec::compile::Input;
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};

use crate::cli::tree;

/// What a compilation of the project in `folder` starts from.
pub fn input(folder: &Path) -> Input {
    let texts = tree(folder);
    let mut input = Input {
        sources: Sources::new(),
        files: Vec::new(),
        settings: Settings::default(),
        diagnostics: Vec::new(),
    };
    if let Some(text) = texts.get("scope.toml") {
        let id = input
            .sources
            .add(SourceFile::new("scope.toml", text.as_str()));
        (input.settings, input.diagnostics) = manifest::parse(id, text);
    }
    let is_scope = |name: &str| Path::new(name).extension().is_some_and(|e| e == "scope");
    for (name, text) in texts.iter().filter(|(name, _)| is_scope(name)) {
        let id = input
            .sources
            .add(SourceFile::new(name.as_str(), text.as_str()));
        input.files.push(id);
    }
    assert!(!input.files.is_empty(), "{} is empty", folder.display());
    input
}

/// A folder of the repository.
pub fn folder(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
