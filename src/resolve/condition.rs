//! Conditions: keys found, operators checked against their types, equal ones interned.

use super::profile::{Scope, Value};
use super::{Resolved, Resolver, Unresolved};
use crate::authority::time::{Date, Instant};
use crate::diagnostic::Diagnostic;
use crate::model::ConditionId;
use crate::model::catalog::{KeyId, KeyType, VendorId};
use crate::model::condition::{Condition, Operator};
use crate::syntax::ast;
use std::collections::HashMap;
use std::net::IpAddr;

/// Conditions by what they say.
#[derive(Default)]
pub(crate) struct Interned {
    known: HashMap<Condition, ConditionId>,
    /// Keys that were looked for, each with how many there were to look through.
    keys: HashMap<(VendorId, bool, String), (usize, Option<Written>)>,
}

/// A key of the catalogue, and its name with what the `*` in it stands for.
type Written = (KeyId, Box<str>);

/// Keys that mean the same at every vendor that has them.
pub(super) const PORTABLE: [&str; 9] = [
    "source.ip",
    "network",
    "branch",
    "environment",
    "repository",
    "mfa",
    "tag.*",
    "principal.tag.*",
    "request.tag.*",
];

/// Keys of a token that somebody presents to become an identity.
const CLAIMS: [&str; 5] = ["branch", "environment", "repository", "sub", "aud"];

impl Resolver<'_> {
    /// Conditions on requests to `vendor`, or on tokens that are presented when there is none.
    pub(super) fn conditions(
        &mut self,
        conditions: &[ast::Condition],
        vendor: Option<VendorId>,
        denial: bool,
        scope: &Scope,
    ) -> Resolved<Vec<ConditionId>> {
        let mut ids = Vec::new();
        let mut good = true;
        for condition in conditions {
            match self.condition(condition, vendor, denial, scope) {
                Ok(id) => ids.push(id),
                Err(Unresolved) => good = false,
            }
        }
        if !good {
            return Err(Unresolved);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    fn condition(
        &mut self,
        written: &ast::Condition,
        vendor: Option<VendorId>,
        denial: bool,
        scope: &Scope,
    ) -> Resolved<ConditionId> {
        let operator = operator(written.operator);
        let (entry, vendor_key) = if let Some(vendor) = vendor {
            self.key(vendor, &written.key)?
        } else {
            let name = written.key.plain();
            if !written.key.quoted && !CLAIMS.contains(&name.as_str()) {
                let known: Vec<String> = CLAIMS.iter().map(|&claim| claim.to_owned()).collect();
                return Err(self.unknown(
                    "key",
                    &written.key,
                    &known,
                    Some(
                        "the vendor's own keys are written in quotes: `\"sts:ExternalId\"`"
                            .to_owned(),
                    ),
                ));
            }
            (None, written.key.quoted.then(|| name.into()))
        };
        let of = entry.map(|id| self.model.catalog.key(id).of);
        let mut values = Vec::with_capacity(written.values.len());
        for value in &written.values {
            values.push(self.value(value, operator, of, scope)?);
        }
        if let Some(of) = of {
            self.fits(written, operator, of, &values)?;
        }
        let absent_holds = match operator {
            Operator::Present => false,
            Operator::Absent => true,
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::In
            | Operator::NotIn
            | Operator::Matches => denial || written.or_absent,
        };
        let condition = Condition {
            key: written.key.plain().into(),
            vendor_key,
            entry,
            operator,
            values,
            absent_holds,
        };
        if let Some(&id) = self.conditions.known.get(&condition) {
            return Ok(id);
        }
        let id = ConditionId::at(self.model.conditions.len());
        self.model.conditions.push(condition.clone());
        self.conditions.known.insert(condition, id);
        Ok(id)
    }

    /// The vendor's key behind a written one. A portable key that the vendor does not have is no
    /// error: the condition is then enforced by nothing, and the ledger says so.
    fn key(
        &mut self,
        vendor: VendorId,
        key: &ast::Text,
    ) -> Resolved<(Option<KeyId>, Option<Box<str>>)> {
        let name = key.plain();
        let count = self.model.catalog.keys.len();
        let asked = (vendor, key.quoted, name.clone());
        let found = match self.conditions.keys.get(&asked) {
            Some((seen, found)) if *seen == count => found.clone(),
            _ => {
                let found = self.find_key(vendor, key.quoted, &name);
                self.conditions.keys.insert(asked, (count, found.clone()));
                found
            }
        };
        if let Some((id, written)) = found {
            return Ok((Some(id), Some(written)));
        }
        if !key.quoted && PORTABLE.iter().any(|known| fills(known, &name).is_some()) {
            return Ok((None, None));
        }
        let mut known: Vec<String> = PORTABLE.iter().map(|&name| name.to_owned()).collect();
        if key.quoted {
            known = self
                .model
                .catalog
                .keys
                .iter()
                .filter(|entry| entry.vendor == vendor)
                .map(|entry| entry.name.to_string())
                .collect();
            known.sort();
            known.dedup();
        }
        let vendor = self.model.catalog.vendor(vendor).name.clone();
        let help = if key.quoted {
            format!(
                "`scopec catalog {vendor}` lists its keys; only keys of the services that this project names are known"
            )
        } else {
            "a portable key is one of `source.ip`, `network`, `branch`, `environment`, `repository`, `mfa`, `tag.NAME`, `principal.tag.NAME`, `request.tag.NAME`; the vendor's own stand in quotes".to_owned()
        };
        Err(self.unknown(
            &format!("condition key of `{vendor}`"),
            key,
            &known,
            Some(help),
        ))
    }

    fn find_key(&self, vendor: VendorId, quoted: bool, name: &str) -> Option<Written> {
        self.model
            .catalog
            .keys
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.vendor == vendor)
            .find_map(|(index, entry)| {
                let rest = if quoted {
                    fills(&entry.name, name)?
                } else {
                    fills(entry.portable.as_deref()?, name)?
                };
                let written = match entry.name.strip_suffix('*') {
                    Some(before) => format!("{before}{rest}").into(),
                    None => entry.name.clone(),
                };
                Some((KeyId::at(index), written))
            })
    }

    fn value(
        &mut self,
        value: &ast::Value,
        operator: Operator,
        of: Option<KeyType>,
        scope: &Scope,
    ) -> Resolved<Box<str>> {
        let text = match value {
            ast::Value::String(text) if operator == Operator::Matches => text.raw.to_string(),
            ast::Value::String(text) => text.plain(),
            ast::Value::Number(text) | ast::Value::Date(text) => text.raw.to_string(),
            ast::Value::Boolean(value, _) => value.to_string(),
            ast::Value::Name(name) => match scope.get(&name.raw) {
                Some(Value::String(text)) => text.plain(),
                Some(Value::Reference(_)) | None => {
                    let known = scope.names();
                    let help = Some(format!("a text is written in quotes: `\"{}\"`", name.raw));
                    return Err(self.unknown("parameter", name, &known, help));
                }
            },
        };
        if of == Some(KeyType::Date) {
            if let Some(instant) = Instant::parse(&text) {
                return Ok(instant.to_string().into());
            }
            if let Some(date) = Date::parse(&text) {
                return Ok(date.start_of_day().to_string().into());
            }
        }
        Ok(text.into())
    }

    /// A wrong operator or value for a key's type is an error.
    fn fits(
        &mut self,
        written: &ast::Condition,
        operator: Operator,
        of: KeyType,
        values: &[Box<str>],
    ) -> Resolved<()> {
        use Operator as O;
        let ordered = matches!(
            operator,
            O::Less | O::LessOrEqual | O::Greater | O::GreaterOrEqual
        );
        let listed = matches!(operator, O::In | O::NotIn);
        let allowed = match (operator, of) {
            (O::Present | O::Absent, _) => true,
            (_, KeyType::String | KeyType::Arn | KeyType::Set) => !ordered,
            (_, KeyType::Number) => operator != O::Matches,
            (_, KeyType::Date) => !listed && operator != O::Matches,
            (_, KeyType::Boolean) => matches!(operator, O::Equal | O::NotEqual),
            (_, KeyType::Cidr) => !ordered && operator != O::Matches,
        };
        let span = written.span;
        if !allowed {
            self.say(
                Diagnostic::error(
                    "wrong-operator",
                    span,
                    format!(
                        "`{}` is a {} and is not compared so",
                        written.key.plain(),
                        of.word()
                    ),
                )
                .help(match of {
                    KeyType::Boolean => "compare it with `== true` or `== false`",
                    KeyType::Cidr => "compare it with `==`, `!=`, `in […]` or `not in […]`",
                    KeyType::Date => "compare it with `<`, `<=`, `>`, `>=`, `==` or `!=`",
                    KeyType::Number => "compare it with `==`, `!=`, `<`, `<=`, `>`, `>=` or a list",
                    KeyType::String | KeyType::Arn | KeyType::Set => {
                        "compare it with `==`, `!=`, `in […]`, `not in […]` or `matches \"glob\"`"
                    }
                }),
            );
            return Err(Unresolved);
        }
        let bad = values.iter().find(|value| match of {
            KeyType::Number => value
                .parse::<f64>()
                .map_or(true, |number| !number.is_finite()),
            KeyType::Boolean => !matches!(&***value, "true" | "false"),
            KeyType::Date => Instant::parse(value).is_none(),
            KeyType::Cidr => !is_cidr(value),
            KeyType::String | KeyType::Arn | KeyType::Set => false,
        });
        if let Some(bad) = bad {
            self.say(
                Diagnostic::error("wrong-value", span, format!("`{bad}` is no {}", of.word()))
                    .help(match of {
                        KeyType::Cidr => "an address range is written `\"10.0.0.0/8\"`",
                        KeyType::Number => "a number is written without quotes: `42`",
                        KeyType::Date => {
                            "a date is written `2027-03-31`, an instant `2027-03-31T12:00Z`"
                        }
                        KeyType::Boolean | KeyType::String | KeyType::Arn | KeyType::Set => {
                            "write `true` or `false`"
                        }
                    }),
            );
            return Err(Unresolved);
        }
        Ok(())
    }
}

/// What `name` puts in the place of the `*` at the end of `pattern`, if it fits. AWS compares keys
/// without regard to case (IAM User Guide, "Condition"); other vendors' keys are few and written
/// in one way.
fn fills<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.strip_suffix('*') {
        Some(before) => {
            let head = name.get(..before.len())?;
            let rest = &name[before.len()..];
            (head.eq_ignore_ascii_case(before) && !rest.is_empty()).then_some(rest)
        }
        None => pattern.eq_ignore_ascii_case(name).then_some(""),
    }
}

fn is_cidr(text: &str) -> bool {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, bits.parse::<u8>().ok()),
        None => (text, Some(0)),
    };
    match (address.parse::<IpAddr>(), bits) {
        (Ok(IpAddr::V4(_)), Some(bits)) => bits <= 32,
        (Ok(IpAddr::V6(_)), Some(bits)) => bits <= 128,
        _ => false,
    }
}

fn operator(written: ast::Operator) -> Operator {
    match written {
        ast::Operator::Equal => Operator::Equal,
        ast::Operator::NotEqual => Operator::NotEqual,
        ast::Operator::Less => Operator::Less,
        ast::Operator::LessOrEqual => Operator::LessOrEqual,
        ast::Operator::Greater => Operator::Greater,
        ast::Operator::GreaterOrEqual => Operator::GreaterOrEqual,
        ast::Operator::In => Operator::In,
        ast::Operator::NotIn => Operator::NotIn,
        ast::Operator::Matches => Operator::Matches,
        ast::Operator::Present => Operator::Present,
        ast::Operator::Absent => Operator::Absent,
    }
}
