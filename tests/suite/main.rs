//! The one test binary.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on may as well panic, and its name is its documentation"
)]

mod action;
mod algebra;
mod algebra_cases;
mod approvals;
mod architecture;
mod attest;
mod bad_input;
mod baseline;
mod build;
mod catalog;
mod catalog_query;
mod cli;
mod control;
mod control_fire;
mod control_table;
mod delegation;
mod determinism;
mod diagnostics;
mod diff;
mod diff_driver;
mod diff_forms;
mod diff_property;
mod docs;
mod emit_aws;
mod emit_other;
mod engine;
mod examples;
mod exceptions;
mod expect;
mod explain;
mod fmt;
mod format;
mod grant;
mod guard_model;
mod guards;
mod history;
mod lazy;
mod ledger;
mod lock;
mod offboard;
mod pages;
mod parser;
mod paths;
mod picture;
mod print_text;
mod project;
mod questions;
mod reach;
mod report;
mod report_html;
mod report_oscal;
mod report_sarif;
mod repository;
mod revision;
mod runner;
mod since;
mod stdlib;
mod vendors_differ;
mod write;
