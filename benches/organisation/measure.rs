//! Programs run in turns, their processor time and peak memory as GNU `time` counts them.

use std::error::Error;
use std::process::{Command, Stdio};

/// How often the turns are taken.
const TURNS: usize = 5;

/// What one run of a program costs.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Processor time, user and kernel, in seconds.
    pub seconds: f64,
    /// Largest resident set, in KiB.
    pub kibibytes: f64,
}

struct Program {
    name: String,
    arguments: Vec<String>,
    times: u32,
    best: Option<Cost>,
}

/// Programs to measure beside each other.
#[derive(Default)]
pub struct Runs {
    programs: Vec<Program>,
}

impl Runs {
    /// Adds a program, run `times` at a time so that short ones can be counted.
    pub fn add(&mut self, name: &str, arguments: &[&str], times: u32) {
        self.programs.push(Program {
            name: name.to_owned(),
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            times,
            best: None,
        });
    }

    /// Runs all of them in turns.
    pub fn measure(&mut self) -> Result<(), Box<dyn Error>> {
        for _ in 0..TURNS {
            for program in &mut self.programs {
                let cost = once(program)?;
                program.best = Some(program.best.map_or(cost, |best| Cost {
                    seconds: best.seconds.min(cost.seconds),
                    kibibytes: best.kibibytes.max(cost.kibibytes),
                }));
            }
        }
        Ok(())
    }

    /// What was measured, in the order in which it was added.
    pub fn results(&self) -> impl Iterator<Item = (&str, Cost)> {
        self.programs
            .iter()
            .filter_map(|program| Some((&*program.name, program.best?)))
    }

    /// What was measured of one.
    pub fn result(&self, name: &str) -> Option<Cost> {
        self.results()
            .find(|(known, _)| *known == name)
            .map(|(_, cost)| cost)
    }
}

fn once(program: &Program) -> Result<Cost, Box<dyn Error>> {
    let output = Command::new("/usr/bin/time")
        .args(["--quiet", "--format", "COST %U %S %M", "sh", "-c"])
        .arg("n=$1; shift; while [ $n -gt 0 ]; do \"$@\" >/dev/null 2>&1; n=$((n-1)); done")
        .args(["sh", &program.times.to_string()])
        .args(&program.arguments)
        .stdout(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let numbers: Vec<f64> = text
        .lines()
        .find_map(|line| line.strip_prefix("COST "))
        .ok_or("GNU `time` gave no numbers")?
        .split(' ')
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let [user, kernel, kibibytes] = numbers[..] else {
        return Err("GNU `time` gave other numbers than asked for".into());
    };
    Ok(Cost {
        seconds: (user + kernel) / f64::from(program.times),
        kibibytes,
    })
}

/// A size as a number to divide by.
#[allow(
    clippy::cast_precision_loss,
    reason = "sizes here are far below 2^52, up to which every whole number is exact"
)]
pub fn float(size: usize) -> f64 {
    size as f64
}
