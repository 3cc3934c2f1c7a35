//! How each line is written, for those who got one wrong.

use super::verbs;
use crate::syntax::parser::Rule;

/// How a line that begins with this word is written, its optional parts included.
pub fn form(context: Rule, word: &str) -> Option<&'static str> {
    match (context, word) {
        (Rule::only_vendor, "system") => Some("system TYPE(PARAMETER)"),
        (Rule::only_vendor, "resource") => {
            Some("resource TYPE(PARAMETER) in PARENT = \"format\" {")
        }
        (Rule::only_fact, "runs") => Some("runs as R` or `runs on R"),
        (Rule::only_vendor | Rule::only_type, word) if verbs().contains(&word) => {
            Some("VERB OPERATION, OPERATION also on TYPE optional TYPE one of TYPE needs OPERATION")
        }
        (Rule::only_test, _) => Some("NAME cannot VERBS on R"),
        _ => FORMS
            .iter()
            .find(|(keyword, _)| *keyword == word)
            .map(|(_, form)| *form),
    }
}

/// Keywords and how their lines are written; sorted.
const FORMS: [(&str, &str); 64] = [
    (
        "accept",
        "accept RULE on R because \"…\" by TEAM until 2027-03-31",
    ),
    ("acts", "acts as itself` or `acts org-wide"),
    ("admits", "admits WHO to VERBS on TYPE where …"),
    ("allow", "allow VERBS on R where … until 2027-03-31"),
    ("attached", "attached to WHO"),
    ("bounded", "bounded by PROFILE"),
    ("contact", "contact \"…\""),
    (
        "control",
        "control OPERATION on TYPE gives R when R trusts \"service\"",
    ),
    ("credential", "credential KIND for SYSTEM in R rotate 30d"),
    ("delegates", "delegates VERBS on R to NAME until 2027-03-31"),
    ("deny", "deny VERBS on SELECTORS for SELECTORS except WHO"),
    ("env", "env NAME"),
    ("escapes", "escapes to R by \"…\""),
    ("exceptions", "exceptions by TEAM"),
    ("excludes", "excludes \"/\""),
    ("expires", "expires 2027-03-31"),
    ("guard", "guard NAME \"why\" {"),
    (
        "guarded",
        "guarded by KIND \"setting\" against VERBS except WHO lifted by WHO",
    ),
    ("holds", "holds \"UNIT\" on SYSTEM"),
    ("hosted", "hosted in R"),
    ("hosts", "hosts TYPE via \"service\""),
    ("id", "id \"…\" as NAME"),
    ("identity", "identity R from R"),
    ("ingests", "ingests R, R"),
    ("inherits", "inherits all from NAME"),
    ("integration", "integration NAME: KIND {"),
    ("keys", "keys \"KEY\": string as KEY on OPERATION"),
    ("labels", "labels NAME, NAME"),
    ("like", "like PROFILE(…)"),
    ("limit", "limit 3 systems for SELECTORS"),
    ("member", "member of PRINCIPAL"),
    ("monitor", "monitor via \"…\""),
    ("names", "names prefix"),
    ("never", "never VERBS on R where …"),
    ("operations", "operations per resource"),
    ("operator", "operator PRINCIPAL"),
    ("owner", "owner TEAM"),
    ("principal", "principal NAME: KIND {"),
    ("profile", "profile NAME(PARAMETER: TYPE) {"),
    ("purpose", "purpose \"…\""),
    ("refuses", "refuses WHO to VERBS within where …"),
    ("require", "require expiry of at most 180d for SELECTORS"),
    ("resource", "resource R {"),
    ("review", "review every 90d by TEAM"),
    ("reviewed", "reviewed NAME on 2027-03-31 by TEAM"),
    ("revoke", "revoke via \"…\""),
    ("rotated", "rotated NAME for SYSTEM on 2027-03-31"),
    ("runs", "runs from R` or `runs on R"),
    ("service", "service VENDOR.NAME {"),
    ("settings", "settings NAME, NAME"),
    ("severity", "severity error"),
    ("source", "source \"…\""),
    ("spelling", "spelling \"…\""),
    ("status", "status active"),
    ("stores", "stores credential of NAME"),
    ("system", "system NAME: VENDOR.TYPE(\"id\") {"),
    ("team", "team NAME {"),
    ("test", "test \"what it shows\" {"),
    ("triggered", "triggered by WHO"),
    ("trusts", "trusts WHO for SYSTEM where …"),
    ("unit", "unit \"NAME\" permits OPERATION"),
    ("units", "units bind to LEVEL"),
    ("unnamed", "unnamed OPERATION, OPERATION"),
    ("vendor", "vendor NAME {"),
];
