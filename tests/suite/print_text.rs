//! The printers of YAML, SQL and XML on names that would break a careless one.

use scopec::print::sql::{Dialect, Script, identifier, literal, qualified};
use scopec::print::xml::{self, Element};
use scopec::print::yaml;
use serde_json::json;

#[test]
fn yaml_quotes_what_a_reader_would_take_for_something_else() {
    for word in [
        "on",
        "No",
        "y",
        "TRUE",
        "null",
        "~",
        "",
        " a",
        "1e3",
        "0x10",
        "012",
        "1_000",
        "12:30",
        ".5",
        "2027-03-31",
        "-",
        "- a",
        "a: b",
        "a:",
        "#a",
        "a #b",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "{a}",
        "[a]",
        "a,b",
        "?",
        "'a'",
        "=",
        "<<",
        "é",
    ] {
        let text = yaml::document(&[], &json!({ "key": word }));
        assert_eq!(text, format!("key: \"{word}\"\n"));
    }
    for word in ["a", "apps/v1", "pods", "a.b-c_d", "nope", "only", "e3"] {
        let text = yaml::document(&[], &json!({ "key": word }));
        assert_eq!(text, format!("key: {word}\n"));
    }
}

#[test]
fn yaml_escapes_what_has_no_place_in_a_line() {
    let value = json!({ "on": "a\"b\\c\nd\te\u{7f}\u{85}\u{2028}" });
    let text = yaml::document(&["line\nbreak".to_owned()], &value);
    let expected = "# line break\n\"on\": \"a\\\"b\\\\c\\nd\\te\\u007f\\u0085\\u2028\"\n";
    assert_eq!(text, expected);
}

#[test]
fn yaml_nests_and_keeps_empty_collections() {
    let value = json!({"a": [{"b": 1, "c": [true, null]}, [], {}], "d": {}, "e": [[1, 2], ["x"]]});
    let expected = "\
---
a:
  - b: 1
    c:
      - true
      - null
  - []
  - {}
d: {}
e:
  - - 1
    - 2
  - - x
---
[]
";
    assert_eq!(yaml::stream(&[], &[value, json!([])]), expected);
}

#[test]
fn sql_names_and_texts_stay_one_token() {
    assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    assert_eq!(qualified(["a.b", "C"]), "\"a.b\".\"C\"");
    assert_eq!(literal("it's \\", Dialect::Postgres), "'it''s \\'");
    assert_eq!(literal("it's \\", Dialect::Snowflake), "'it''s \\\\'");
}

#[test]
fn sql_comments_cannot_be_left() {
    let mut script = Script::new();
    script.comment("a\nDROP TABLE b");
    assert_eq!(script.statement("SELECT 1"), 2);
    assert_eq!(script.finish(), "-- a DROP TABLE b\nSELECT 1;\n");
}

#[test]
fn xml_escapes_text_and_attributes_and_counts_lines() {
    let root = Element::parent("a")
        .attribute("b", "\"<\u{1}")
        .child(Element::text("c", "<&>'"))
        .marked(Element::parent("d"), vec![7])
        .marked(
            Element::parent("e").marked(Element::text("f", ""), vec![8]),
            vec![9],
        );
    let (text, marks) = xml::document(&root);
    let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<a b=\"&quot;&lt; \">
  <c>&lt;&amp;&gt;&apos;</c>
  <d/>
  <e>
    <f></f>
  </e>
</a>
";
    assert_eq!(text, expected);
    assert_eq!(marks, [(7, 4), (9, 5), (8, 6)]);
}
