//! Expected texts as files: `UPDATE_EXPECT=1 cargo test` writes them, `git diff` reviews them.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of one room's cases.
pub fn cases(room: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(room)
}

/// The case folders of one room, sorted by name; none is a failure.
pub fn case_folders(room: &str) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(cases(room))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "no cases for `{room}`");
    folders
}

/// Compares `actual` with the text in `file`, or writes it there when `UPDATE_EXPECT` is set.
pub fn expect_file(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(file)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_EXPECT=1 writes it", file.display()));
    assert!(
        expected == actual,
        "{} differs; UPDATE_EXPECT=1 writes it\n--- expected\n{expected}\n--- actual\n{actual}",
        file.display()
    );
}
