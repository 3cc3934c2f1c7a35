//! A file to be written, and what it holds.

/// Where in a file something stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Locator {
    /// A JSON pointer (RFC 6901); in a YAML stream `/documents/N/…`.
    Pointer(String),
    /// A line, from 1.
    Line(u32),
}

/// One file that a target emits.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// Relative to the output folder, `/`-separated.
    pub path: String,
    /// The format's name in the manifest: `iam-policy`.
    pub format: &'static str,
    /// The integration under whose name it is emitted.
    pub integration: String,
    /// The system, with the tenant where it has several: `customers("contoso")`.
    pub system: String,
    /// The vendor.
    pub vendor: String,
    /// Whether it is applied only on approval.
    pub gated: bool,
    /// The content.
    pub bytes: Vec<u8>,
    /// Numbers of ledger rows, each with the place that holds it.
    pub holds: Vec<(u32, Locator)>,
}
