//! "did you mean": the nearest known name to a misspelt one.

/// The candidate nearest to `name` by Damerau–Levenshtein distance (Damerau 1964), if it is near
/// enough to be meant: at most a third of the name's length, and at least 1 edit is always allowed.
/// Ties go to the candidate that sorts first, so the answer does not depend on the given order.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let length = folded.chars().count();
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            // No fewer edits than the lengths differ by.
            if lower.chars().count().abs_diff(length) > limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&folded, &lower);
            (distance <= limit && candidate != name).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}
