//! The authority algebra against brute force, and the laws that any algebra of sets obeys.
//!
//! Patterns are judged by a matcher of the test's own. What the algebra says holds for every text is
//! looked at for all short ones; what it says fails must come with a text that shows it.

use proptest::prelude::*;
use scopec::authority::{
    AddressSet, AuthoritySet, Class, Conditions, Cube, Date, Instant, Interval, Length,
    OperationId, OperationSet, Pattern, Token, Universe, Variable, Verb, VerbSet,
};

const LETTERS: [char; 4] = ['a', 'b', '/', 'é'];
/// Operations that the drawn sets list, and one that no catalogue knows.
const OPERATIONS: std::ops::Range<u32> = 0..5;
const INSTANTS: std::ops::Range<i64> = -1..6;

fn texts(longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut from = 0;
    for _ in 0..longest {
        let end = all.len();
        for at in from..end {
            for letter in LETTERS {
                let text = format!("{}{letter}", all[at]);
                all.push(text);
            }
        }
        from = end;
    }
    all
}

fn matches(tokens: &[Token], text: &[char]) -> bool {
    match tokens {
        [] => text.is_empty(),
        [Token::Literal(literal), rest @ ..] => {
            let literal: Vec<char> = literal.chars().collect();
            text.starts_with(&literal) && matches(rest, &text[literal.len()..])
        }
        [Token::One(class), rest @ ..] => {
            text.first().is_some_and(|c| !class.excluded().contains(c)) && matches(rest, &text[1..])
        }
        [Token::Any(class), rest @ ..] => {
            matches(rest, text)
                || text.first().is_some_and(|c| !class.excluded().contains(c))
                    && matches(tokens, &text[1..])
        }
    }
}

fn pattern_has(pattern: &Pattern, text: &str) -> bool {
    matches(pattern.tokens(), &text.chars().collect::<Vec<_>>())
}

fn address_has(set: &AddressSet, text: &str) -> bool {
    set.inside()
        .iter()
        .all(|pattern| pattern_has(pattern, text))
        && !set
            .outside()
            .iter()
            .any(|pattern| pattern_has(pattern, text))
}

/// The drawn definition of an address set, from which the set is built by its own operations.
#[derive(Debug, Clone)]
struct Drawn {
    inside: Vec<Pattern>,
    outside: Vec<Pattern>,
}

impl Drawn {
    fn has(&self, text: &str) -> bool {
        self.inside.iter().all(|pattern| pattern_has(pattern, text))
            && !self
                .outside
                .iter()
                .any(|pattern| pattern_has(pattern, text))
    }

    fn set(&self) -> AddressSet {
        let inside = self.inside.iter().fold(AddressSet::all(), |set, pattern| {
            set.intersect(&pattern.clone().into())
        });
        self.outside
            .iter()
            .fold(inside, |set, pattern| set.minus(pattern))
    }
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![
        3 => Just(Class::any()),
        2 => Just(Class::without(&['/'])),
        1 => Just(Class::without(&['a'])),
        1 => Just(Class::without(&['/', 'b'])),
    ]
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        3 => prop::sample::select(vec!["a", "b", "/", "ab"]).prop_map(|text| Token::Literal(text.into())),
        1 => class().prop_map(Token::One),
        2 => class().prop_map(Token::Any),
    ]
}

fn tokens() -> impl Strategy<Value = Vec<Token>> {
    prop::collection::vec(token(), 0..6)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    tokens().prop_map(Pattern::new)
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (
        prop::collection::vec(pattern(), 1..3),
        prop::collection::vec(pattern(), 0..3),
    )
        .prop_map(|(inside, outside)| Drawn { inside, outside })
}

fn operations() -> impl Strategy<Value = OperationSet> {
    (
        0..2_u32,
        any::<bool>(),
        prop::collection::vec(0..4_u32, 0..4),
    )
        .prop_map(|(universe, cofinite, ids)| {
            let ids = ids.into_iter().map(OperationId);
            if cofinite {
                OperationSet::cofinite(Universe(universe), ids)
            } else {
                OperationSet::finite(Universe(universe), ids)
            }
        })
}

fn conditions() -> impl Strategy<Value = Conditions> {
    prop::collection::btree_map((0..3_u32).prop_map(Variable), any::<bool>(), 0..3)
        .prop_map(|signed| Conditions::all(signed).unwrap())
}

fn interval() -> impl Strategy<Value = Interval> {
    let end = || prop::option::weighted(0.4, (0..5_i64).prop_map(Instant));
    (end(), end()).prop_map(|(start, end)| Interval { start, end })
}

fn cube() -> impl Strategy<Value = Cube> {
    (operations(), drawn(), conditions(), interval()).prop_map(
        |(operations, address, conditions, time)| Cube {
            operations,
            address: address.set(),
            conditions,
            time,
        },
    )
}

fn set() -> impl Strategy<Value = AuthoritySet> {
    prop::collection::vec(cube(), 0..4).prop_map(AuthoritySet::from_iter)
}

/// One atom: a vendor, an operation, an address, the true variables as bits, an instant.
type Atom<'a> = (u32, u32, &'a str, u32, i64);

fn operations_have(set: &OperationSet, universe: u32, id: u32) -> bool {
    set.universe() == Universe(universe)
        && set.listed().contains(&OperationId(id)) != set.is_cofinite()
}

fn conditions_hold(conditions: &Conditions, bits: u32) -> bool {
    conditions
        .iter()
        .all(|(variable, holds)| (bits >> variable.0 & 1 == 1) == holds)
}

fn interval_has(time: Interval, instant: i64) -> bool {
    time.start.is_none_or(|start| start.0 <= instant) && time.end.is_none_or(|end| instant < end.0)
}

fn set_has(set: &AuthoritySet, (universe, id, text, bits, instant): Atom<'_>) -> bool {
    set.cubes.iter().any(|cube| {
        operations_have(&cube.operations, universe, id)
            && conditions_hold(&cube.conditions, bits)
            && interval_has(cube.time, instant)
            && address_has(&cube.address, text)
    })
}

/// Every atom over short texts, as one bit each.
fn table(set: &AuthoritySet, texts: &[String]) -> Vec<bool> {
    let rest: Vec<(u32, u32, u32, i64)> = (0..2)
        .flat_map(|universe| OPERATIONS.map(move |id| (universe, id)))
        .flat_map(|(universe, id)| (0..8).map(move |bits| (universe, id, bits)))
        .flat_map(|(universe, id, bits)| INSTANTS.map(move |instant| (universe, id, bits, instant)))
        .collect();
    let mut out = vec![false; texts.len() * rest.len()];
    for cube in &set.cubes {
        let held: Vec<bool> = rest
            .iter()
            .map(|(universe, id, bits, instant)| {
                operations_have(&cube.operations, *universe, *id)
                    && conditions_hold(&cube.conditions, *bits)
                    && interval_has(cube.time, *instant)
            })
            .collect();
        for (text, row) in texts.iter().zip(out.chunks_mut(rest.len())) {
            if address_has(&cube.address, text) {
                row.iter_mut()
                    .zip(&held)
                    .for_each(|(atom, held)| *atom |= held);
            }
        }
    }
    out
}

/// Some atom of a cube, chosen by reading it and by the address set's own example.
fn atom(cube: &Cube) -> Option<(u32, u32, String, u32, i64)> {
    let id =
        (0..100).find(|id| operations_have(&cube.operations, cube.operations.universe().0, *id))?;
    let bits = cube
        .conditions
        .iter()
        .filter(|(_, holds)| *holds)
        .fold(0, |bits, (variable, _)| bits | 1 << variable.0);
    let instant = INSTANTS
        .into_iter()
        .find(|instant| interval_has(cube.time, *instant))?;
    Some((
        cube.operations.universe().0,
        id,
        cube.address.example()?,
        bits,
        instant,
    ))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_normal_form_matches_what_was_written(tokens in tokens()) {
        let pattern = Pattern::new(tokens.clone());
        for text in texts(4) {
            let written = matches(&tokens, &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(pattern.matches(&text), written, "{}", text);
            prop_assert_eq!(pattern_has(&pattern, &text), written, "{}", text);
        }
        prop_assert!(pattern_has(&pattern, &pattern.sample()));
    }

    #[test]
    fn patterns_meet_and_include_as_their_matches_do(a in pattern(), b in pattern()) {
        let texts = texts(5);
        let shared = texts.iter().any(|text| pattern_has(&a, text) && pattern_has(&b, text));
        prop_assert!(a.intersects(&b) || !shared);
        prop_assert_eq!(a.intersects(&b), b.intersects(&a));
        if a.intersects(&b) {
            let example = AddressSet::from(a.clone()).intersect(&b.clone().into()).example().unwrap();
            prop_assert!(pattern_has(&a, &example) && pattern_has(&b, &example), "{}", example);
        }
        if a.includes(&b) {
            for text in &texts {
                prop_assert!(pattern_has(&a, text) || !pattern_has(&b, text), "{}", text);
            }
        } else {
            let example = AddressSet::from(b.clone()).minus(&a).example().unwrap();
            prop_assert!(pattern_has(&b, &example) && !pattern_has(&a, &example), "{}", example);
        }
        prop_assert!(a.widened().includes(&a));
    }

    #[test]
    fn concatenation_joins_matches(a in pattern(), b in pattern()) {
        let joined = a.concat(&b);
        for text in texts(3) {
            let split = (0..=text.len())
                .filter(|at| text.is_char_boundary(*at))
                .any(|at| pattern_has(&a, &text[..at]) && pattern_has(&b, &text[at..]));
            prop_assert_eq!(joined.matches(&text), split, "{}", text);
        }
    }

    #[test]
    fn written_globs_read_back(pattern in pattern()) {
        let plain = pattern.widened();
        prop_assert_eq!(Pattern::glob(&plain.to_string(), &[]), plain);
    }

    #[test]
    fn address_sets_hold_what_they_were_made_of(a in drawn()) {
        let set = a.set();
        let texts = texts(5);
        for text in &texts {
            prop_assert_eq!(set.contains(text), a.has(text), "{}", text);
        }
        match set.example() {
            None => {
                prop_assert!(set.is_empty());
                prop_assert!(!texts.iter().any(|text| a.has(text)));
            }
            Some(example) => {
                prop_assert!(!set.is_empty());
                prop_assert!(a.has(&example), "{}", example);
                let length = example.chars().count();
                prop_assert!(!texts.iter().any(|text| text.chars().count() < length && a.has(text)), "{}", example);
            }
        }
    }

    #[test]
    fn address_sets_are_subtracted_and_compared(a in drawn(), b in drawn(), c in drawn()) {
        let (x, y, z) = (a.set(), b.set(), c.set());
        let texts = texts(4);
        let rest = x.difference(&y);
        for text in &texts {
            prop_assert_eq!(rest.iter().any(|part| part.contains(text)), a.has(text) && !b.has(text), "{}", text);
            prop_assert_eq!(x.intersect(&y).contains(text), a.has(text) && b.has(text), "{}", text);
        }
        prop_assert_eq!(x.is_subset(&y), rest.iter().all(AddressSet::is_empty));
        prop_assert_eq!(x.is_disjoint(&y), x.intersect(&y).is_empty());
        prop_assert!(x.is_disjoint(&y) || !x.is_plainly_disjoint(&y));
        let others = [y, z];
        let missing = x.example_outside(&others);
        prop_assert_eq!(x.is_subset_of_union(&others), missing.is_none());
        match missing {
            Some(text) => prop_assert!(a.has(&text) && !b.has(&text) && !c.has(&text), "{}", text),
            None => prop_assert!(texts.iter().all(|text| !a.has(text) || b.has(text) || c.has(text))),
        }
    }

    #[test]
    fn operation_sets_are_sets(a in operations(), b in operations()) {
        for universe in 0..2 {
            for id in OPERATIONS {
                let (in_a, in_b) = (operations_have(&a, universe, id), operations_have(&b, universe, id));
                prop_assert_eq!(operations_have(&a.intersect(&b), universe, id), in_a && in_b);
                prop_assert_eq!(operations_have(&a.difference(&b), universe, id), in_a && !in_b);
                if let Some(union) = a.union(&b) {
                    prop_assert_eq!(operations_have(&union, universe, id), in_a || in_b);
                }
            }
        }
        prop_assert_eq!(a.is_subset(&b), a.difference(&b).is_empty());
        prop_assert_eq!(a.is_disjoint(&b), a.intersect(&b).is_empty());
        prop_assert_eq!(a.union(&b).is_none(), a.universe() != b.universe() && !a.is_empty() && !b.is_empty());
    }

    #[test]
    fn conditions_are_conjunctions(a in conditions(), b in conditions()) {
        for bits in 0..8 {
            let (in_a, in_b) = (conditions_hold(&a, bits), conditions_hold(&b, bits));
            prop_assert_eq!(a.and(&b).is_some_and(|both| conditions_hold(&both, bits)), in_a && in_b);
            let parts = a.and_not(&b).into_iter().filter(|part| conditions_hold(part, bits)).count();
            prop_assert_eq!(parts, usize::from(in_a && !in_b));
        }
        prop_assert_eq!(a.is_subset(&b), a.and_not(&b).is_empty());
        prop_assert_eq!(a.compatible(&b), a.and(&b).is_some());
    }

    #[test]
    fn intervals_are_sets_of_instants(a in interval(), b in interval()) {
        for instant in INSTANTS {
            let (in_a, in_b) = (interval_has(a, instant), interval_has(b, instant));
            prop_assert_eq!(a.contains(Instant(instant)), in_a);
            prop_assert_eq!(interval_has(a.intersect(b), instant), in_a && in_b);
            let parts = a.difference(b).into_iter().filter(|part| interval_has(*part, instant)).count();
            prop_assert_eq!(parts, usize::from(in_a && !in_b));
        }
        prop_assert_eq!(a.is_empty(), !INSTANTS.into_iter().any(|instant| interval_has(a, instant)));
        prop_assert_eq!(a.is_subset(b), a.difference(b).is_empty());
    }

    #[test]
    fn days_follow_one_another(day in -700_000..2_900_000_i32) {
        let date = Date(day);
        let (year, month, first) = date.calendar();
        let (next_year, next_month, next) = date.plus_days(1).calendar();
        let follows = (next_year, next_month, next) == (year, month, first + 1)
            || (next_year, next_month, next) == (year, month + 1, 1)
            || (next_year, next_month, next, month, first) == (year + 1, 1, 1, 12, 31);
        prop_assert!(follows, "{} {}", date, date.plus_days(1));
        prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
        prop_assert_eq!(date.end_of_day(), date.plus_days(1).start_of_day());
        prop_assert_eq!(date.end_of_day().date(), date.plus_days(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sets_agree_with_brute_force(a in set(), b in set()) {
        let texts = texts(3);
        let (in_a, in_b) = (table(&a, &texts), table(&b, &texts));
        let expect = |keep: fn(bool, bool) -> bool| -> Vec<bool> {
            in_a.iter().zip(&in_b).map(|(a, b)| keep(*a, *b)).collect()
        };
        let difference = a.difference(&b);
        prop_assert!(table(&a.union(&b), &texts) == expect(|a, b| a || b));
        prop_assert!(table(&a.intersect(&b), &texts) == expect(|a, b| a && b));
        prop_assert!(table(&difference, &texts) == expect(|a, b| a && !b));
        prop_assert!(table(&a.normalised(), &texts) == in_a);
        // What is left over is shown by an atom, however long its address.
        prop_assert_eq!(a.is_subset(&b), difference.cubes.is_empty());
        for cube in &difference.cubes {
            let (universe, id, text, bits, instant) = atom(cube).unwrap();
            let shown = (universe, id, text.as_str(), bits, instant);
            prop_assert!(set_has(&a, shown) && !set_has(&b, shown), "{:?}", shown);
        }
        if a.is_subset(&b) {
            prop_assert!(expect(|a, b| a && !b).iter().all(|atom| !atom));
        }
        prop_assert_eq!(a.is_disjoint(&b), a.intersect(&b).is_empty());
    }

    #[test]
    fn the_laws_of_sets_hold(a in set(), b in set(), c in set()) {
        let (shared, rest) = (a.intersect(&b), a.difference(&b));
        prop_assert!(a.is_subset(&a));
        prop_assert!(a.is_subset(&a.union(&b)));
        prop_assert!(shared.is_subset(&a) && shared.is_subset(&b));
        prop_assert!(rest.intersect(&b).is_empty());
        prop_assert!(rest.union(&shared).is_subset(&a) && a.is_subset(&rest.union(&shared)));
        prop_assert_eq!(a.is_subset(&b), rest.is_empty());
        let (kept, again) = (a.difference(&rest), shared.normalised());
        prop_assert!(kept.is_subset(&again) && again.is_subset(&kept));
        let (one, other) = (rest.difference(&c), a.difference(&b.union(&c)));
        prop_assert!(one.is_subset(&other) && other.is_subset(&one));
        prop_assert!(a.normalised().is_subset(&a) && a.is_subset(&a.normalised()));
        prop_assert_eq!(a.normalised().normalised(), a.normalised());
    }

    #[test]
    fn restricting_keeps_one_vendors_operations(a in set(), operations in operations()) {
        let texts = texts(2);
        let wanted = Cube::new(operations.clone(), Pattern::any());
        let restricted = a.restrict_operations(&operations);
        prop_assert!(table(&restricted, &texts) == table(&a.intersect(&wanted.into()), &texts));
    }
}

fn set_of(glob: &str) -> AddressSet {
    Pattern::glob(glob, &[]).into()
}

#[test]
fn many_stars_are_decided() {
    let stars = |count: usize| format!("{}b", "*a".repeat(count));
    let (five, many) = (
        Pattern::glob(&stars(5), &[]),
        Pattern::glob(&stars(300), &[]),
    );
    assert!(five.includes(&many));
    assert!(!many.includes(&five));
    assert!(many.intersects(&five));
    assert!(!many.matches(&"a".repeat(5000)));
    assert!(many.matches(&format!("{}b", "a".repeat(5000))));
    let example = AddressSet::from(five).minus(&many).example();
    assert_eq!(example.as_deref(), Some("aaaaab"));

    let narrow = Pattern::glob(&stars(300), &['/']);
    assert!(many.includes(&narrow));
    assert!(!narrow.includes(&many));
}

#[test]
fn long_patterns_are_decided() {
    let long = Pattern::glob(&format!("{}*", "ab?*".repeat(20_000)), &['/']);
    assert!(long.includes(&long.clone().concat(&Pattern::literal("abx"))));
    assert!(Pattern::any().includes(&long));
    assert_eq!(long.sample().chars().count(), 60_000);

    // Two runs that neither holds the other are not one, so every position stays live.
    let runs = [
        Token::Any(Class::without(&['a'])),
        Token::Any(Class::without(&['b'])),
    ];
    let many = Pattern::new(runs.into_iter().cycle().take(5_000));
    assert!(many.matches(&"ab".repeat(100)));
    assert!(!many.includes(&Pattern::any()));
}

#[test]
fn past_the_bound_nothing_is_called_empty_or_within() {
    // Which of the last twenty-odd characters was an `a` takes two to that power states to remember.
    let tail = format!("*a{}", "?".repeat(24));
    let whole = Pattern::glob(&format!("?{tail}"), &[]);
    let starts_with_a: AddressSet = Pattern::glob(&format!("a{tail}"), &[]).into();
    let starts_otherwise: AddressSet = Pattern::new([Token::One(Class::without(&['a']))])
        .concat(&Pattern::glob(&tail, &[]))
        .into();
    let whole: AddressSet = whole.into();
    assert!(!whole.is_subset_of_union(&[starts_with_a.clone(), starts_otherwise.clone()]));
    let nothing = whole
        .minus(&starts_with_a.inside()[0])
        .minus(&starts_otherwise.inside()[0]);
    assert!(!nothing.is_empty());
    assert_eq!(nothing.example(), None);
}

#[test]
fn a_vendors_matcher_crosses_what_a_type_does_not() {
    let typed = Pattern::literal("arn:aws:s3:::")
        .concat(&Pattern::glob("acme-*", &['/']))
        .concat(&Pattern::literal("/"))
        .concat(&Pattern::glob("invoices/*", &[]));
    assert!(!typed.matches("arn:aws:s3:::acme-a/x/invoices/y"));
    assert!(typed.widened().matches("arn:aws:s3:::acme-a/x/invoices/y"));
    let excess = AddressSet::from(typed.widened()).minus(&typed);
    assert_eq!(
        excess.example().as_deref(),
        Some("arn:aws:s3:::acme-//invoices/")
    );
}

#[test]
fn escapes_are_literal() {
    let pattern = Pattern::glob(r"a\*b\?c\\d\e*", &[]);
    assert!(pattern.matches(r"a*b?c\d\e and more"));
    assert!(!pattern.matches(r"aXb?c\d\e"));
    assert_eq!(pattern.to_string(), r"a\*b\?c\\d\\e*");
    let aws = pattern.glob_text(|c, out| match c {
        '*' | '?' => out.extend(['$', '{', c, '}']),
        _ => out.push(c),
    });
    assert_eq!(aws, r"a${*}b${?}c\d\e*");
}

#[test]
fn one_wildcard_includes_its_many_names() {
    let wide = set_of("arn:aws:s3:::acme-*");
    let named: Vec<AddressSet> = (0..50)
        .map(|n| set_of(&format!("arn:aws:s3:::acme-{n}*")))
        .collect();
    assert!(named.iter().all(|name| name.is_subset(&wide)));
    assert!(!wide.is_subset_of_union(&named));
    assert_eq!(
        wide.example_outside(&named).as_deref(),
        Some("arn:aws:s3:::acme-")
    );
    assert_eq!(
        named
            .iter()
            .fold(wide, |set, name| set.minus(&name.inside()[0]))
            .outside()
            .len(),
        10
    );
}

#[test]
fn any_within_a_vendor_is_one_cube() {
    let everything = AuthoritySet::from(Cube::new(OperationSet::all(Universe(0)), Pattern::any()));
    let one = |id: u32| {
        Cube::new(
            OperationSet::finite(Universe(0), [OperationId(id)]),
            Pattern::glob("x*", &[]),
        )
    };
    let some: AuthoritySet = (0..100).map(one).collect();
    assert!(some.is_subset(&everything));
    assert!(!everything.is_subset(&some));
    assert_eq!(some.normalised().cubes.len(), 1);
    let rest = everything.difference(&some);
    assert_eq!(rest.cubes.len(), 2);
    assert!(rest.cubes[0].address.outside() == [Pattern::glob("x*", &[])]);
    assert!(rest.cubes[1].operations.is_cofinite() && rest.cubes[1].address.is_all());
}

#[test]
fn verbs_have_groups() {
    assert_eq!(
        VerbSet::parse("read"),
        Some([Verb::List, Verb::Get].into_iter().collect())
    );
    assert_eq!(
        VerbSet::parse("write"),
        Some([Verb::Create, Verb::Update].into_iter().collect())
    );
    assert_eq!(
        VerbSet::parse("any").map(|any| any.iter().count()),
        Some(Verb::ALL.len())
    );
    assert_eq!(VerbSet::parse("export"), Some(Verb::Export.into()));
    assert_eq!(VerbSet::parse("Read"), None);
    assert!(!VerbSet::READ.contains(Verb::Export));
    assert_eq!(
        VerbSet::READ.union(Verb::Delete.into()).to_string(),
        "read, delete"
    );
    assert_eq!(
        VerbSet::ANY.difference(VerbSet::READ).to_string(),
        "export, write, delete, approve, trigger, administer, assume"
    );
    assert_eq!(VerbSet::ANY.to_string(), "any");
    assert!(
        Verb::ALL
            .into_iter()
            .all(|verb| Verb::parse(verb.word()) == Some(verb))
    );
}

#[test]
fn days_that_exist_are_read() {
    assert_eq!(Date::parse("1970-01-01"), Some(Date(0)));
    assert_eq!(Date::parse("2000-02-29"), Some(Date(11_016)));
    assert_eq!(Date::parse("2027-03-31"), Some(Date(20_908)));
    for wrong in [
        "2027-02-29",
        "1900-02-29",
        "2027-13-01",
        "2027-00-10",
        "2027-04-31",
        "2027-4-30",
        "2027-04-00",
        "+027-04-01",
        "",
    ] {
        assert_eq!(Date::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Date::from_unix_seconds(-1), Date(-1));
    assert_eq!(
        Date::from_unix_seconds(1_806_451_200).to_string(),
        "2027-03-31"
    );
}

#[test]
fn until_means_the_end_of_the_day() {
    let end = Date::parse("2027-03-31").unwrap().end_of_day();
    assert_eq!(end.to_string(), "2027-04-01T00:00:00Z");
    assert_eq!(Instant::parse("2027-04-01T00:00Z"), Some(end));
    assert!(Interval::until(end).contains(Instant::parse("2027-03-31T23:59Z").unwrap()));
    assert!(!Interval::until(end).contains(end));
    for wrong in [
        "2027-03-31T24:00Z",
        "2027-03-31T12:60Z",
        "2027-03-31T12:00",
        "2027-03-31 12:00Z",
        "2027-03-31T1:000Z",
    ] {
        assert_eq!(Instant::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn lengths_are_told_in_their_largest_unit() {
    for (text, hours, shown) in [
        ("8h", 8, "8h"),
        ("30d", 720, "30d"),
        ("1y", 8760, "1y"),
        ("48h", 48, "2d"),
        ("0d", 0, "0h"),
    ] {
        let length = Length::parse(text).unwrap();
        assert_eq!(
            (length.hours(), length.to_string().as_str()),
            (hours, shown)
        );
    }
    for wrong in [
        "",
        "d",
        "30",
        "30m",
        "-1d",
        "99999999999d",
        "999999999y",
        "½d",
        "3½",
    ] {
        assert_eq!(Length::parse(wrong), None, "{wrong}");
    }
}
