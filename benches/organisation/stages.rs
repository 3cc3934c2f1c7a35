//! What each stage of `check` costs, in one process.

use scopec::check::{Context, FAMILIES, Findings, delegation};
use scopec::settings::Settings;
use scopec::source::{SourceFile, Sources};
use scopec::syntax::parser;
use scopec::{grant, graph, resolve};
use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

/// How often everything is done; the least of each stage stands.
const TURNS: usize = 3;

/// Prints a table of the stages of `check` on the project in a folder.
pub fn stages(folder: &Path) -> io::Result<()> {
    let mut best: Vec<(String, f64)> = Vec::new();
    for _ in 0..TURNS {
        let all = once(folder)?;
        if best.is_empty() {
            best = all;
        } else {
            for (best, next) in best.iter_mut().zip(all) {
                best.1 = best.1.min(next.1);
            }
        }
    }
    println!("| stage | time |");
    println!("| --- | ---: |");
    for (name, seconds) in &best {
        // Most checks cost nothing to speak of.
        if !name.contains("check ") || *seconds > 0.01 {
            println!("| {name} | {:.1} ms |", seconds * 1e3);
        }
    }
    let sum = |graph: bool| -> f64 {
        best.iter()
            .filter(|(name, _)| name.starts_with("graph") == graph)
            .map(|(_, seconds)| seconds)
            .sum()
    };
    let (with, without) = (sum(true) + sum(false), sum(false));
    println!("with the graph / without: {:.2}", with / without);
    Ok(())
}

fn once(folder: &Path) -> io::Result<Vec<(String, f64)>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "scope") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut sources = Sources::new();
    let mut files = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        files.push(sources.add(SourceFile::new(path.to_string_lossy(), text)));
    }
    let mut all: Vec<(String, f64)> = Vec::new();
    let mut last = Instant::now();
    let mut stage = |name: &str| {
        all.push((name.to_owned(), last.elapsed().as_secs_f64()));
        last = Instant::now();
    };
    let trees: Vec<_> = files
        .into_iter()
        .map(|id| parser::parse(id, &sources.file(id).text).0)
        .collect();
    stage("parse");
    let (model, _) = resolve::resolve(&trees, &mut sources);
    stage("resolve");
    let (granted, _) = grant::grant(&model);
    stage("grant");
    let graph = graph::connect(&model, &granted);
    stage("graph: connect");
    let pairs = graph.closure().pairs();
    stage("graph: closure");
    let settings = Settings::default();
    let context = Context::new(&model, &granted, &graph, &settings, None);
    stage("context");
    for family in FAMILIES {
        // What asks the graph is part of what the graph costs.
        let part = if std::ptr::eq(family, delegation::CHECKS) {
            "graph: check"
        } else {
            "check"
        };
        for check in family {
            let mut found = Findings::default();
            (check.run)(&context, &mut found);
            stage(&format!("{part} {}", check.name));
        }
    }
    println!(
        "{} nodes, {} edges, {pairs} pairs of a party and what it reaches",
        graph.nodes().count(),
        graph.edges().count()
    );
    Ok(all)
}
