#!/usr/bin/env python3
"""Judges the authority algebra's answers about addresses with Z3's theory of regular expressions.

usage: judge.py CASES.jsonl

Each line of CASES.jsonl is a question whether a set lies in the union of others (none: whether it is
empty), with the algebra's answer and, where that is no, a shortest address as its witness. Z3 decides
the question again, looks at the witness, and looks for a shorter one. Prints `N passed, N failed`.
As a control some answers are turned round first, and the run fails unless every one is caught.
"""

import json
import sys

import z3

TIMEOUT_MS = 20_000
STRINGS = z3.ReSort(z3.StringSort())


def wildcard(excluded):
    one = z3.AllChar(STRINGS)
    for char in excluded:
        one = z3.Diff(one, z3.Re(z3.StringVal(char)))
    return one


def pattern(tokens):
    parts = [z3.Re(z3.StringVal(""))]
    for kind, value in tokens:
        if kind == "literal":
            parts.append(z3.Re(z3.StringVal(value)))
        elif kind == "one":
            parts.append(wildcard(value))
        elif kind == "any":
            parts.append(z3.Star(wildcard(value)))
        else:
            raise ValueError(f"unknown token `{kind}`")
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def both(parts):
    return z3.Intersect(*parts) if len(parts) > 1 else parts[0]


def language(written):
    outside = [z3.Complement(pattern(tokens)) for tokens in written["outside"]]
    return both([pattern(tokens) for tokens in written["inside"]] + outside)


def missing(text, case):
    """That `text` is in the set and in none of the others: one expression, which Z3 decides by derivatives."""
    others = [z3.Complement(language(other)) for other in case["others"]]
    return z3.InRe(text, both([language(case["set"]), *others]))


def decide(*constraints):
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT_MS)
    solver.set("random_seed", 1)
    solver.add(*constraints)
    return solver.check()


def judge(case):
    """Why the answer is wrong, or None."""
    text = z3.String("text")
    found = decide(missing(text, case))
    if found == z3.unknown:
        return "Z3 could not decide"
    if (found == z3.unsat) != case["answer"]:
        return f"answered {case['answer']}, Z3 says {found}"
    witness = case["witness"]
    if case["answer"]:
        return None if witness is None else "a witness for what does not exist"
    if witness is None:
        return "no witness"
    if decide(missing(z3.StringVal(witness), case)) != z3.sat:
        return f"`{witness}` is no witness"
    if decide(missing(text, case), z3.Length(text) < len(witness)) != z3.unsat:
        return f"`{witness}` is not a shortest witness"
    return None


def spoil(case):
    """The case with a wrong answer, in two ways: turned round, or shown by what shows nothing."""
    turned = dict(case, answer=not case["answer"], witness=None if not case["answer"] else "")
    yield turned
    if case["witness"] is not None:
        yield dict(case, witness=case["witness"] + "\u2603\u2603")


def main(path):
    with open(path, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    passed, failed = 0, 0
    for case in cases:
        wrong = judge(case)
        if wrong is None:
            passed += 1
        else:
            failed += 1
            print(f"case {case['case']}, {case['question']}: {wrong}")
    missed = 0
    controls = [wrong for case in cases[: 7 * 5] for wrong in spoil(case)]
    for control in controls:
        if judge(control) is None:
            missed += 1
            print(f"case {control['case']}, {control['question']}: a wrong answer was not noticed")
    print(f"{len(controls)} wrong answers planted, {missed} missed")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or missed or not cases or not controls else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
