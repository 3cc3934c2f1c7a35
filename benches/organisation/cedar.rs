//! Cedar policies that say about as much as an organisation of integrations does.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

const SCHEMA: &str = r"entity Team;
entity Service in [Team] { env: String };
entity Bucket { env: String };
entity Object in [Bucket] { env: String };
entity Secret { env: String };
action get, list, create appliesTo {
  principal: [Service],
  resource: [Bucket, Object],
  context: { ip: ipaddr, mfa: Bool }
};
action read appliesTo { principal: [Service], resource: [Secret], context: { ip: ipaddr, mfa: Bool } };
";

/// One policy and its schema.
pub fn smallest(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("schema.cedarschema"), SCHEMA)?;
    fs::write(
        folder.join("policies.cedar"),
        "permit(principal == Service::\"invoice-reader\", action == Action::\"get\", resource in Bucket::\"acme-invoices\");\n",
    )
}

/// `count` policies and their schema, two for each of half as many services.
pub fn policies(folder: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("schema.cedarschema"), SCHEMA)?;
    let mut text = String::new();
    for index in 0..count / 2 {
        let team = index % 40;
        write!(
            text,
            "permit(\n  principal == Service::\"service-{index:06}\",\n  action in [Action::\"get\", Action::\"list\"],\n  resource in Bucket::\"in-{index:06}\"\n) when {{\n  principal.env == resource.env && context.ip.isInRange(ip(\"10.{}.0.0/16\"))\n}};\n\nforbid(\n  principal in Team::\"team-{team:02}\",\n  action == Action::\"read\",\n  resource == Secret::\"key-{index:06}\"\n) unless {{ context.mfa }};\n\n",
            index % 256,
        )
        .expect("writing to a string does not fail");
    }
    fs::write(folder.join("policies.cedar"), text)
}
