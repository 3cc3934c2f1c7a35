//! Questions about addresses with the algebra's answers, written for an SMT solver to judge.
//!
//! `SCOPEC_ALGEBRA_CASES=FILE cargo test --test suite algebra_cases` writes them, one JSON object a
//! line, and `tests/oracles/algebra/judge.py FILE` judges them.

use scopec::authority::{AddressSet, Class, Pattern, Token};
use serde_json::{Value, json};

/// How many questions of each kind are asked.
const CASES: u64 = 150;

/// Numbers that are the same on every run (xorshift64*, Vigna 2016).
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    fn class(&mut self) -> Class {
        Class::without(self.one_of::<&[char]>(&[&[], &[], &['/'], &['a'], &['/', ':']]))
    }

    fn token(&mut self) -> Token {
        match self.below(6) {
            0 => Token::One(self.class()),
            1 | 2 => Token::Any(self.class()),
            _ => Token::Literal(self.one_of(&["a", "b", "/", "ab", "ba", "é"]).into()),
        }
    }

    fn pattern(&mut self) -> Pattern {
        if self.below(4) == 0 {
            return self.address();
        }
        let count = self.below(7);
        Pattern::new((0..count).map(|_| self.token()).collect::<Vec<_>>())
    }

    /// One that looks like an address of a vendor.
    fn address(&mut self) -> Pattern {
        let bucket = self.one_of(&["acme", "acme-*", "*", "*-prod", "a?me-*"]);
        let key = self.one_of(&["*", "invoices/*", "invoices/2027/*", "*/secret", "x"]);
        let class: &[char] = self.one_of::<&[char]>(&[&[], &['/']]);
        Pattern::literal("arn:aws:s3:::")
            .concat(&Pattern::glob(bucket, class))
            .concat(&Pattern::literal("/"))
            .concat(&Pattern::glob(key, &[]))
    }

    fn set(&mut self) -> AddressSet {
        let mut set = AddressSet::from(self.pattern());
        if self.below(3) == 0 {
            set = set.intersect(&self.pattern().into());
        }
        for _ in 0..self.below(3) {
            set = set.minus(&self.pattern());
        }
        set
    }
}

fn tokens(pattern: &Pattern) -> Value {
    let tokens = pattern.tokens().iter().map(|token| match token {
        Token::Literal(text) => json!(["literal", text]),
        Token::One(class) => json!(["one", class.excluded()]),
        Token::Any(class) => json!(["any", class.excluded()]),
    });
    tokens.collect()
}

fn written(set: &AddressSet) -> Value {
    json!({
        "inside": set.inside().iter().map(tokens).collect::<Value>(),
        "outside": set.outside().iter().map(tokens).collect::<Value>(),
    })
}

fn cases() -> Vec<Value> {
    let mut draw = Draw(20_270_331);
    let mut cases = Vec::new();
    for number in 0..CASES {
        let (a, b, third) = (draw.set(), draw.set(), draw.set());
        let (narrow, broad) = (draw.pattern(), draw.pattern());
        let (one, other) = (
            AddressSet::from(narrow.clone()),
            AddressSet::from(broad.clone()),
        );
        let wide = AddressSet::from(narrow.widened());
        let shared = a.intersect(&b);
        let both = [b.clone(), third.clone()];
        let rest = [a.difference(&b), vec![shared.clone()]].concat();
        for (question, set, others, answer, witness) in [
            ("is empty", &a, &[][..], a.is_empty(), a.example()),
            (
                "is the intersection empty",
                &shared,
                &[][..],
                a.is_disjoint(&b),
                shared.example(),
            ),
            (
                "is a subset",
                &a,
                &both[..1],
                a.is_subset(&b),
                a.example_outside(&both[..1]),
            ),
            (
                "is a subset of the union",
                &a,
                &both[..],
                a.is_subset_of_union(&both),
                a.example_outside(&both),
            ),
            (
                "is one pattern within another",
                &one,
                std::slice::from_ref(&other),
                broad.includes(&narrow),
                one.example_outside(std::slice::from_ref(&other)),
            ),
            (
                "is a pattern within its widened form",
                &one,
                std::slice::from_ref(&wide),
                narrow.widened().includes(&narrow),
                None,
            ),
            (
                "do difference and intersection make the whole",
                &a,
                &rest[..],
                true,
                None,
            ),
        ] {
            cases.push(json!({
                "case": number,
                "question": question,
                "set": written(set),
                "others": others.iter().map(written).collect::<Value>(),
                "answer": answer,
                "witness": witness,
            }));
        }
    }
    cases
}

#[test]
fn every_no_has_a_witness_and_both_answers_occur() {
    let cases = cases();
    for case in &cases {
        assert_ne!(
            case["answer"].as_bool(),
            Some(case["witness"].is_string()),
            "{case}"
        );
    }
    let yes = cases.iter().filter(|case| case["answer"] == true).count();
    assert!(
        yes > cases.len() / 10 && yes < cases.len() * 9 / 10,
        "{yes} of {}",
        cases.len()
    );
    if let Some(path) = std::env::var_os("SCOPEC_ALGEBRA_CASES") {
        let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
}
