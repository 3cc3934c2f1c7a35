//! Writing a folder of outputs: all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use scopec::cli::write;
use tempfile::tempdir;

use crate::cli::{may_do_anything, tree};

fn files(list: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    list.iter()
        .map(|&(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn manifest_of(paths: &[&str]) -> String {
    let files: Vec<_> = paths
        .iter()
        .map(|path| serde_json::json!({ "path": path }))
        .collect();
    serde_json::json!({ "version": 1, "files": files }).to_string()
}

#[test]
fn outputs_are_replaced_and_what_is_gone_is_removed() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("deep/out");
    let none = BTreeSet::new();
    let first = manifest_of(&["a/one.json", "b/two.json", "c/kept.json", "../mine"]);
    let before = files(&[
        ("a/one.json", "1"),
        ("b/two.json", "2"),
        ("c/kept.json", "3"),
        ("manifest.json", &first),
    ]);
    let changes = write::replace(&out, &before, &none).unwrap();
    assert_eq!(changes.written.last().unwrap(), "manifest.json");
    assert_eq!(
        write::replace(&out, &before, &none).unwrap(),
        write::Changes::default()
    );
    fs::write(folder.path().join("deep/mine"), "untouched").unwrap();
    fs::write(out.join("notes.txt"), "untouched").unwrap();

    let second = manifest_of(&["a/one.json", "c/kept.json"]);
    let after = files(&[("a/one.json", "new"), ("manifest.json", &second)]);
    let kept = BTreeSet::from(["c/kept.json".to_owned()]);
    let changes = write::replace(&out, &after, &kept).unwrap();
    assert_eq!(changes.written, ["a/one.json", "manifest.json"]);
    assert_eq!(changes.removed, ["b/two.json"]);
    let expected: BTreeMap<String, String> = [
        ("a/one.json", "new"),
        ("c/kept.json", "3"),
        ("manifest.json", &second),
        ("notes.txt", "untouched"),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .collect();
    assert_eq!(tree(&out), expected);
    assert!(!out.join("b").exists());
    assert!(folder.path().join("deep/mine").exists());
}

#[test]
fn no_output_leads_out_of_its_folder() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("out");
    for path in [
        "../x",
        "/x",
        "a/../../x",
        "a//x",
        ".",
        "",
        "a\\x",
        "c:x",
        "a/./x",
    ] {
        let failure = write::replace(&out, &files(&[(path, "")]), &BTreeSet::new()).unwrap_err();
        assert!(failure.message.contains("leads out"), "{path}: {failure:?}");
    }
    assert!(!out.exists());
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::create_dir_all(&out).unwrap();
    symlink(&elsewhere, out.join("link")).unwrap();
    let failure = write::replace(&out, &files(&[("link/x", "")]), &BTreeSet::new()).unwrap_err();
    assert!(failure.message.contains("symbolic link"), "{failure:?}");
    assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
}

#[test]
fn a_failure_leaves_the_old_outputs() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("out");
    let none = BTreeSet::new();
    let first = manifest_of(&["a.json", "d"]);
    write::replace(
        &out,
        &files(&[("a.json", "1"), ("d", "2"), ("manifest.json", &first)]),
        &none,
    )
    .unwrap();
    let before = tree(&out);
    // A name that is longer than file systems allow fails only when it is put in place.
    let long = format!("z/{}", "x".repeat(300));
    let next = files(&[
        ("a.json", "new"),
        (&long, ""),
        ("manifest.json", &manifest_of(&[])),
    ]);
    write::replace(&out, &next, &none).unwrap_err();
    assert_eq!(tree(&out), before);
    assert!(!out.join("z").exists());

    fs::create_dir(out.join("folder")).unwrap();
    let next = files(&[("a.json", "new"), ("folder", "")]);
    write::replace(&out, &next, &none).unwrap_err();
    assert_eq!(tree(&out), before);

    let in_the_way = folder.path().join("file");
    fs::write(&in_the_way, "mine").unwrap();
    write::replace(&in_the_way, &files(&[("x", "")]), &none).unwrap_err();
    assert_eq!(fs::read_to_string(&in_the_way).unwrap(), "mine");
    if !may_do_anything(folder.path()) {
        fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
        let failure = write::replace(&out, &files(&[("a.json", "x")]), &none).unwrap_err();
        assert!(failure.message.contains("permission denied"), "{failure:?}");
        fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(tree(&out), before);
    }
}
