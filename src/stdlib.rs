//! The standard library as text, embedded in the binary and found by name.
//!
//! A vendor is `stdlib/VENDOR/VENDOR.scope`, a service `stdlib/VENDOR/SERVICE.scope`. Beside either
//! may lie a `.more.scope` file, which adds what no published catalogue knows.

use include_dir::{Dir, include_dir};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/stdlib");

/// One embedded file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    /// The path below `stdlib/`.
    pub path: &'static str,
    /// The content.
    pub text: &'static str,
}

/// The files of a vendor as a whole, the generated one first; none for an unknown vendor.
pub fn vendor(vendor: &str) -> Vec<Text> {
    files(vendor, vendor)
}

/// The files of one service of a vendor; none for an unknown service.
pub fn service(vendor: &str, service: &str) -> Vec<Text> {
    if vendor == service {
        return Vec::new();
    }
    files(vendor, service)
}

/// The names of all vendors, sorted.
pub fn vendors() -> Vec<&'static str> {
    let mut names: Vec<&str> = FOLDER
        .dirs()
        .filter_map(|folder| folder.path().file_name()?.to_str())
        .collect();
    names.sort_unstable();
    names
}

/// The names of all services of a vendor, sorted.
pub fn services(vendor: &str) -> Vec<&'static str> {
    let Some(folder) = FOLDER.get_dir(vendor) else {
        return Vec::new();
    };
    let mut names: Vec<&str> = folder
        .files()
        .filter_map(|file| file.path().file_name()?.to_str()?.strip_suffix(".scope"))
        .map(|name| name.strip_suffix(".more").unwrap_or(name))
        .filter(|name| *name != vendor)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn files(vendor: &str, name: &str) -> Vec<Text> {
    ["", ".more"]
        .iter()
        .filter_map(|more| FOLDER.get_file(format!("{vendor}/{name}{more}.scope")))
        .filter_map(|file| {
            Some(Text {
                path: file.path().to_str()?,
                text: file.contents_utf8()?,
            })
        })
        .collect()
}
