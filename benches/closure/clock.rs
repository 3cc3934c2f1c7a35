//! How long a piece of work takes.

use std::time::Instant;

/// What one run costs.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Processor time of all threads, user and kernel, in seconds.
    pub processor: f64,
    /// Seconds on the wall.
    pub wall: f64,
}

/// Seconds of work in one turn of measuring, at least.
const TURN: f64 = 0.25;
/// How many turns there are; the least of them stands.
const TURNS: u32 = 3;

/// The cost of `work`, whose result it gives too. Work that takes longer than ten seconds is done once.
pub fn measure<R>(mut work: impl FnMut() -> R) -> (R, Cost) {
    let mut best: Option<Cost> = None;
    loop {
        let mut result = None;
        for _ in 0..TURNS {
            let (begin, processor) = (Instant::now(), processor());
            let mut runs = 0;
            let mut least = f64::MAX;
            loop {
                let one = Instant::now();
                // The last result is dropped outside of the time.
                let next = work();
                least = least.min(one.elapsed().as_secs_f64());
                runs += 1;
                result = Some(next);
                let counted = processor.zip(self::processor());
                let counted = counted.map_or(begin.elapsed().as_secs_f64(), |(a, b)| b - a);
                if counted >= TURN {
                    break;
                }
            }
            let wall = begin.elapsed().as_secs_f64() / f64::from(runs);
            let spent = match (processor, self::processor()) {
                (Some(before), Some(after)) => (after - before) / f64::from(runs),
                _ => wall,
            };
            best = Some(best.map_or(
                Cost {
                    processor: spent,
                    wall: least,
                },
                |best| Cost {
                    processor: best.processor.min(spent),
                    wall: best.wall.min(least),
                },
            ));
            if wall > 10.0 {
                break;
            }
        }
        if let (Some(result), Some(best)) = (result, best) {
            return (result, best);
        }
    }
}

/// Processor time of this process so far, in seconds: fields 14 and 15 of `/proc/self/stat`, in
/// hundredths of a second (proc(5)). None where the system has no such file.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after) = text.rsplit_once(") ")?;
    let mut fields = after.split(' ').skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let kernel: f64 = fields.next()?.parse().ok()?;
    Some((user + kernel) / 100.0)
}
