//! Reports as pages: that their markup is this project's alone, that every link leads somewhere,
//! and that a large estate stays readable.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use scopec::authority::time::Date;
use scopec::compile::compile;
use scopec::emit;
use scopec::emit::manifest;
use scopec::report::desk::Desk;
use scopec::report::document::{Only, Report};
use scopec::report::framework::{self, Asked};
use scopec::report::history::{Event, History};
use scopec::report::{Page, form};

use crate::cli::project;
use crate::project::{folder, input};

/// The pages of a report on a project, by path, the first page first.
fn pages(folder: &Path, keys: &[&str], stem: &str, history: Option<History>) -> Vec<Page> {
    let known = framework::all();
    let asked: Vec<Asked> = (keys.iter())
        .flat_map(|key| framework::asked(&known, key).unwrap())
        .collect();
    let today = Date::parse("2026-11-21").unwrap();
    let mut compiled = compile(input(folder), Some(today));
    let (artifacts, said) = emit::emit(&compiled);
    let manifest = manifest::manifest(&compiled, &artifacts, &said);
    compiled.diagnostics.extend(said);
    let mut report = Report::new(
        Desk::new(&compiled, &manifest, today),
        asked,
        Only::Everybody,
    );
    report.history = history;
    (form("html").unwrap().write)(&report, stem)
}

fn text(page: &Page) -> &str {
    std::str::from_utf8(&page.bytes).unwrap()
}

fn one(folder: &Path, keys: &[&str]) -> String {
    let pages = pages(folder, keys, "report", None);
    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].path, "report.html");
    text(&pages[0]).to_owned()
}

/// A tag: the element's name, and its attributes with their values unescaped.
type Tag = (String, BTreeMap<String, String>);

/// The tags that open elements. A page of these is written by one template, so that its tags are
/// plain: names, and values in quotation marks. What stands in `script` and `style` is no markup.
fn tags(page: &str) -> Vec<Tag> {
    let mut all = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with(['/', '!']) {
            continue;
        }
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        assert!(!name.is_empty(), "a `<` that begins no tag: {rest:.60}");
        rest = &rest[name.len()..];
        let mut attributes = BTreeMap::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("/>")) {
                rest = after;
                break;
            }
            let end = rest.find(['=', '>', ' ', '/']).unwrap();
            let attribute = rest[..end].to_owned();
            assert!(!attribute.is_empty(), "no attribute: {rest:.60}");
            rest = &rest[end..];
            let mut value = String::new();
            if let Some(after) = rest.strip_prefix("=\"") {
                let end = after.find('"').unwrap();
                value = unescaped(&after[..end]);
                rest = &after[end + 1..];
            }
            let before = attributes.insert(attribute.clone(), value);
            assert_eq!(before, None, "{name} has {attribute} twice");
        }
        if name == "script" || name == "style" {
            let end = format!("</{name}>");
            rest = &rest[rest.find(&end).unwrap()..];
        }
        all.push((name, attributes));
    }
    all
}

fn unescaped(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    pairs
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn ids(page: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (name, attributes) in tags(page) {
        if let Some(id) = attributes.get("id") {
            assert!(ids.insert(id.clone()), "{name} has the id {id} again");
        }
    }
    ids
}

/// Every link of every page leads to something that is there, or to another site; and nothing but
/// a link names an address.
fn links_lead_somewhere(pages: &[Page]) {
    let ids: BTreeMap<&str, BTreeSet<String>> = (pages.iter())
        .map(|page| (page.path.as_str(), ids(text(page))))
        .collect();
    let mut count = 0;
    for page in pages {
        let beside = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, attributes) in tags(text(page)) {
            for forbidden in [
                "src",
                "srcset",
                "action",
                "data",
                "poster",
                "style",
                "xlink:href",
            ] {
                assert!(
                    !attributes.contains_key(forbidden),
                    "{name} has {forbidden}"
                );
            }
            assert!(!["link", "img", "iframe", "object", "base"].contains(&name.as_str()));
            for (attribute, value) in &attributes {
                assert!(!attribute.starts_with("on"), "{name} has {attribute}");
                if let Some(target) = value.strip_prefix("url(") {
                    let target = target.strip_prefix('#').unwrap().strip_suffix(')').unwrap();
                    assert!(ids[page.path.as_str()].contains(target), "{value}");
                }
                for label in ["for", "aria-labelledby", "aria-controls"] {
                    if attribute == label {
                        assert!(ids[page.path.as_str()].contains(value), "{label} {value}");
                    }
                }
            }
            let Some(href) = attributes.get("href") else {
                continue;
            };
            assert_eq!(name, "a", "{name} has the href {href}");
            if href.starts_with("https://") {
                continue;
            }
            count += 1;
            let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
            let target = match path.strip_prefix("../") {
                _ if path.is_empty() => page.path.clone(),
                Some(above) => above.to_owned(),
                None if beside.is_empty() => path.to_owned(),
                None => format!("{beside}/{path}"),
            };
            let known = ids.get(target.as_str());
            let known = known.unwrap_or_else(|| panic!("{}: no page {href}", page.path));
            let there = fragment.is_empty() || known.contains(fragment);
            assert!(there, "{}: nothing is at {href}", page.path);
        }
        let style = text(page).split("<style>").nth(1).unwrap();
        let style = style.split("</style>").next().unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
    assert!(count > 20, "{count} links");
}

const ALL: [&str; 3] = ["owasp-nhi-2025", "nist-csf-2.0", "nist-sp800-207"];

#[test]
fn every_link_of_a_page_leads_somewhere() {
    for example in ["examples/acme", "examples/acme-before"] {
        links_lead_somewhere(&pages(&folder(example), &ALL, "report", None));
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    let example = folder("examples/acme");
    assert_eq!(
        pages(&example, &["owasp-nhi-2025"], "report", None),
        pages(&example, &["owasp-nhi-2025"], "report", None)
    );
}

#[test]
fn the_page_names_what_an_auditor_asks_for() {
    let page = one(&folder("examples/acme"), &ALL);
    for words in [
        "<h1>Non-human identities of <bdi>acme</bdi></h1>",
        "As of 2026-11-21",
        "no publisher of a framework made, reviewed or endorsed it",
        "gists, in this tool's words",
        "<bdi>CC BY-SA 4.0</bdi>",
        "Of 106 controls: ",
        "FedRAMP AC-2(j) and PCI DSS 7.2.4: every six months",
        "© 2026 The MITRE Corporation",
        "1 of 12 integrations falls short of it.",
    ] {
        assert!(page.contains(words), "{words:?}");
    }
    // A share alone tells nobody of what it is one.
    assert!(!main(&page).contains("%<") && !main(&page).contains("% of"));
    let ids = ids(&page);
    for id in [
        "integration-helpdesk-bot",
        "register",
        "control-nist-csf-2_2e_0-PR_2e_AA-05",
    ] {
        assert!(ids.contains(id), "{id}");
    }
    // Headings go down a step at a time.
    let mut last = 0;
    for (name, _) in tags(&page) {
        let level = name
            .strip_prefix('h')
            .and_then(|level| level.parse::<usize>().ok());
        if let Some(level) = level {
            assert!(level <= last + 1, "h{level} after h{last}");
            last = level;
        }
    }
}

/// A page without its style and scripts.
fn main(page: &str) -> &str {
    let start = page.find("<main").unwrap();
    &page[start..page.find("</main>").unwrap()]
}

/// A project whose texts are `text`, as strings of the language.
fn texts(text: &str) -> tempfile::TempDir {
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let scope = format!(
        "team \"{quoted}\" {{ contact \"{quoted}\" }}\n\
         system shop: aws.account(\"111122223333\") {{ env prod; labels secrets }}\n\
         integration bot: service {{\n  owner \"{quoted}\"\n  purpose \"{quoted}\"\n  acts as itself\n\
         \x20 identity shop.iam.role(\"bot\")\n  credential key for shop rotate 30d\n  revoke via \"{quoted}\"\n  monitor via \"{quoted}\"\n\
         \x20 review every 90d by \"{quoted}\"\n  allow get on shop.s3.bucket(\"mirror\")\n\
         \x20 accept no-expiry because \"{quoted}\" by \"{quoted}\" until 2027-01-31\n}}\n"
    );
    project(&[
        ("main.scope", &scope),
        (
            "scope.toml",
            &format!("name = {}\n", serde_json::json!(text)),
        ),
    ])
}

#[test]
fn hostile_texts_stay_texts() {
    let history = |text: &str| {
        let event = Event {
            revision: "0123456".to_owned(),
            date: "2026-11-20".to_owned(),
            author: text.to_owned(),
            message: text.to_owned(),
            changes: vec![text.to_owned()],
        };
        Some(History {
            of: BTreeMap::from([("bot".to_owned(), vec![event])]),
            since: None,
            truncated: false,
        })
    };
    let plain = texts("plain");
    let plain = pages(
        plain.path(),
        &["owasp-nhi-2025"],
        "report",
        history("plain"),
    );
    let names = |page: &Page| -> Vec<Tag> {
        let mut all = tags(text(page));
        for (_, attributes) in &mut all {
            // What an attribute holds may differ, which there are may not.
            for value in attributes.values_mut() {
                value.clear();
            }
        }
        all
    };
    let long = "very".repeat(2500);
    for hostile in [
        "<script>alert(1)</script>",
        "</script></style></title><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" x='",
        "<!-- & --> ]]> &lt;b&gt; &#60;b&#62;",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{202e}txt.exe\u{2066} \u{202c}",
        "a\u{1}b\u{7f}c\u{85}",
        &long,
    ] {
        let folder = texts(hostile);
        let pages = pages(
            folder.path(),
            &["owasp-nhi-2025"],
            "report",
            history(hostile),
        );
        let page = text(&pages[0]);
        let (mut own, mut expected) = (names(&pages[0]), names(&plain[0]));
        if hostile == long {
            // A sentence that is cut short may lose the end of what it quotes, so that only the
            // kinds of tags can be compared.
            for all in [&mut own, &mut expected] {
                all.sort();
                all.dedup();
            }
        }
        let is_error =
            hostile.contains(|c: char| c.is_control() || ('\u{2000}'..'\u{2070}').contains(&c));
        if is_error {
            // Such a text is an error of the project, which the page tells of in a list.
            let list = ["strong", "ul", "li", "code"];
            own.retain(|tag| !expected.contains(tag) && !list.contains(&tag.0.as_str()));
            expected.clear();
        }
        let first = (own.iter().zip(&expected)).position(|(own, expected)| own != expected);
        let around = first.map(|at| (&own[at.saturating_sub(8)..=at], &expected[at]));
        assert_eq!(around, None, "{hostile:.40}");
        assert_eq!(
            own.len(),
            expected.len(),
            "{hostile:.40}: {:?}",
            own.first()
        );
        links_lead_somewhere(&pages);
        // Controls act on what stands around them, so they are shown and not let through.
        let is_control = |c: char| c.is_control() && c != '\n';
        assert!(!page.contains(is_control), "{hostile:.40}");
        assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{202c}']));
        if hostile == long {
            assert!(
                page.contains(&long),
                "nothing of a text is left out in silence"
            );
        }
    }
}

/// An estate of plain integrations, each with a gap or two.
fn estate(count: usize) -> tempfile::TempDir {
    let mut scope = String::from("system shop: aws.account(\"111122223333\") { env prod }\n");
    for team in 0..40 {
        writeln!(
            scope,
            "team team-{team:02} {{ contact \"#team-{team:02}\" }}"
        )
        .unwrap();
    }
    for number in 0..count {
        writeln!(
            scope,
            "integration ledger-mirror-{number:05}: connector {{\n  owner team-{:02}\n  purpose \"Mirrors ledger {number}\"\n  \
             acts as itself\n  identity shop.iam.role(\"svc-{number:05}\")\n  expires 2027-{:02}-11\n  \
             allow get on shop.s3.bucket(\"ledger-{number:05}\").object(\"*\")\n}}",
            number % 40,
            number % 12 + 1,
        )
        .unwrap();
    }
    project(&[("main.scope", &scope)])
}

#[test]
fn a_large_estate_has_its_integrations_on_pages_beside_the_first() {
    let folder = estate(150);
    let pages = pages(folder.path(), &["owasp-nhi-2025"], "of the estate", None);
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "of the estate.html",
            "of the estate.sections/000.html",
            "of the estate.sections/001.html",
            "of the estate.sections/002.html",
            "of the estate.sections/sources.html",
        ]
    );
    for page in &pages {
        assert!(text(page).starts_with("<!DOCTYPE html>"), "{}", page.path);
        assert!(text(page).contains("<title>") && text(page).ends_with("</html>\n"));
    }
    let unescaped: Vec<Page> = (pages.iter())
        .map(|page| Page {
            path: page.path.clone(),
            bytes: text(page)
                .replace("of%20the%20estate", "of the estate")
                .into_bytes(),
        })
        .collect();
    links_lead_somewhere(&unescaped);
    let first = text(&pages[0]);
    assert!(first.contains("<noscript>"), "the register needs a script");
    let data = first.split("id=\"register-data\">").nth(1).unwrap();
    let data = data.split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    let rows = data["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 150);
    assert_eq!(rows[149][0], "ledger-mirror-00149");
    assert_eq!(data["pages"]["folder"], "of%20the%20estate.sections/");
    assert_eq!(data["pages"]["anchors"], serde_json::Value::Null);
    for (section, members) in [(1, 0..50), (2, 50..100), (3, 100..150)] {
        let ids = ids(text(&pages[section]));
        for number in members {
            assert!(ids.contains(&format!("integration-ledger-mirror-{number:05}")));
        }
    }
    // Many names are cut short, and lead to the register.
    assert!(first.contains("and 140 more"), "{}", first.len());
    // One page more than a hundred integrations is one page.
    let hundred = estate(100);
    assert!(one(hundred.path(), &["owasp-nhi-2025"]).contains("integration-ledger-mirror-00099"));
}

#[test]
fn the_first_page_of_a_large_estate_stays_small() {
    let of = |count: usize| {
        let folder = estate(count);
        pages(folder.path(), &["owasp-nhi-2025"], "report", None)[0]
            .bytes
            .len()
    };
    let (some, many) = (of(200), of(1_000));
    let each = (many - some) / 800;
    assert!(
        some + each * 9_800 < 2_000_000,
        "{some} bytes, and {each} for each integration"
    );
}
