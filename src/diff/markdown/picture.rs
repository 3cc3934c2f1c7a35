//! The ways that are opened, as a picture that code hosts draw: the new step of each stands out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::diff::Way;
use crate::picture::mermaid::escaped;
use crate::picture::text;

/// The most steps that are drawn: past this nobody follows a line.
const STEPS: usize = 40;
/// The most characters of a name.
const NAME: usize = 60;

/// A step between two names.
struct Step<'w> {
    from: usize,
    to: usize,
    edge: &'w str,
    verdict: &'static str,
    is_new: bool,
    influences: bool,
}

/// A flowchart of the first ways, as many as `room` bytes hold, and how many these are; none where
/// there is no way, or not even room for one.
pub fn draw(ways: &[Way], room: usize) -> Option<(String, usize)> {
    let mut picture = Picture::default();
    let mut drawn = 0;
    for way in ways {
        if drawn > 0 && picture.steps.len() + way.path.len() > STEPS {
            break;
        }
        picture.add(way);
        drawn += 1;
    }
    let mut text = picture.text();
    while drawn > 0 && text.len() > room {
        drawn -= 1;
        let mut fewer = Picture::default();
        ways[..drawn].iter().for_each(|way| fewer.add(way));
        text = fewer.text();
    }
    (drawn > 0).then_some((text, drawn))
}

#[derive(Default)]
struct Picture<'w> {
    names: Vec<&'w str>,
    numbers: BTreeMap<&'w str, usize>,
    steps: Vec<Step<'w>>,
    known: BTreeMap<(usize, usize, &'w str), usize>,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl<'w> Picture<'w> {
    fn number(&mut self, name: &'w str) -> usize {
        *self.numbers.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    fn add(&mut self, way: &'w Way) {
        let start = self.number(&way.from);
        let end = self.number(&way.to);
        self.starts.push(start);
        self.ends.push(end);
        for (index, hop) in way.path.iter().take(STEPS).enumerate() {
            let to = self.number(&hop.to);
            // Whoever must be had besides leads there as much as the one before.
            for from in [&hop.from].into_iter().chain(&hop.also) {
                let from = self.number(from);
                let is_new = index == way.new_hop;
                let next = self.steps.len();
                let at = *self.known.entry((from, to, hop.edge)).or_insert(next);
                if at == next {
                    self.steps.push(Step {
                        from,
                        to,
                        edge: hop.edge,
                        verdict: hop.verdict,
                        is_new,
                        influences: hop.kind == "influences",
                    });
                } else {
                    self.steps[at].is_new |= is_new;
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut out =
            String::from("flowchart LR\n  accTitle: New ways to the authority of others\n");
        for (number, name) in self.names.iter().enumerate() {
            let class = if self.starts.contains(&number) {
                "start"
            } else if self.ends.contains(&number) {
                "goal"
            } else {
                "between"
            };
            let label = escaped(&short(name));
            let _ = writeln!(out, "  n{number}[\"{label}\"]:::{class}");
        }
        for step in &self.steps {
            let line = match (step.is_new, step.influences) {
                (true, false) => "==>",
                (false, false) => "-->",
                (_, true) => "-.->",
            };
            let mut label = String::new();
            if step.is_new {
                label.push_str("NEW: ");
            }
            label.push_str(by(step.edge));
            if step.verdict != "proven" {
                let _ = write!(label, " ({})", step.verdict);
            }
            let label = escaped(&label);
            let _ = writeln!(out, "  n{} {line}|\"{label}\"| n{}", step.from, step.to);
        }
        let fresh: Vec<String> = (self.steps.iter().enumerate())
            .filter(|(_, step)| step.is_new)
            .map(|(index, _)| index.to_string())
            .collect();
        if !fresh.is_empty() {
            let numbers = fresh.join(",");
            let _ = writeln!(
                out,
                "  linkStyle {numbers} stroke:#cf222e,stroke-width:4px,color:#cf222e"
            );
        }
        out.push_str("  classDef start stroke:#1d4ed8,fill:#eff6ff,color:#0f172a\n");
        out.push_str("  classDef between stroke:#64748b,fill:#f8fafc,color:#0f172a\n");
        out.push_str(
            "  classDef goal stroke:#cf222e,fill:#fff1f2,color:#0f172a,stroke-width:2px\n",
        );
        out
    }
}

/// By what a step leads on, for whoever does not know the words of edges.
fn by(edge: &str) -> &str {
    match edge {
        "admin" => "as its administrator",
        "code" => "through its code",
        "content" => "through what it reads",
        "credential" | "secret" => "through its secret",
        "host" => "through its host",
        "identity" => "through its identity",
        "inherit" => "by inheritance",
        "lift" => "past a guard",
        "operator" => "as its operator",
        "trigger" => "by starting it",
        "trust" => "by its trust",
        other => other,
    }
}

/// A name on one line, its end cut where it is long.
fn short(name: &str) -> String {
    let name = text::line(name);
    if name.trim().is_empty() {
        // Mermaid refuses a node without a label.
        return "(empty)".to_owned();
    }
    if name.chars().count() <= NAME {
        return name;
    }
    let mut cut: String = name.chars().take(NAME - 1).collect();
    cut.push('…');
    cut
}
