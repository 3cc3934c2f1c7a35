//! One HTML file with the drawing, search, details and paths. It loads nothing and sends nothing:
//! a policy in it lets only its own style and script in, each named by its hash.

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Format;
use super::json;
use super::layout::fitted;
use super::svg::{Drawing, STYLE, legend_alone, size};
use super::text::line;
use super::view::{EdgeKind, Family, Verdict, View};
use crate::print::xml::{Element, document};

/// `--format html`
pub static FORMAT: Format = Format {
    name: "html",
    summary: "a page to search and walk through",
    draw,
};

const PAGE_STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

fn draw(view: &View) -> String {
    let (drawn, layout) = fitted(view, &size);
    let drawing = Drawing {
        view: &drawn,
        layout: &layout,
    };
    let style = format!("{STYLE}{PAGE_STYLE}");
    let title = escaped(&line(&view.title));
    let mut out =
        String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let _ = write!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    );
    header(&title, &drawing, &mut out);
    out.push_str("<main>\n");
    out.push_str(&fragment(&drawing.inline("canvas")));
    out.push_str(ZOOM);
    out.push_str("</main>\n");
    out.push_str(ASIDE);
    let _ = write!(
        out,
        "<footer>\n{}<p class=\"keys soft\"><kbd>/</kbd> search <kbd>Tab</kbd> and arrows between nodes \
         <kbd>Enter</kbd> choose <kbd>Esc</kbd> let go <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> zoom</p>\n</footer>\n",
        fragment(&legend_alone())
    );
    let ids: Vec<&str> = drawn.nodes.iter().map(|node| node.id.as_str()).collect();
    let data = json!({"view": json::value(view), "drawn": ids});
    // In a script element only `<` could end the element or begin a comment.
    let data = data.to_string().replace('<', "\\u003c");
    let _ = write!(
        out,
        "<script type=\"application/json\" id=\"data\">{data}</script>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

const ZOOM: &str = "<div id=\"zoom\" role=\"group\" aria-label=\"zoom\">\
<button type=\"button\" id=\"further\" aria-label=\"zoom out\">−</button>\
<button type=\"button\" id=\"whole\">Fit</button>\
<button type=\"button\" id=\"closer\" aria-label=\"zoom in\">+</button></div>\n";

const ASIDE: &str = "<aside aria-label=\"search and details\">
<section role=\"search\">
<label class=\"visually-hidden\" for=\"search\">Search by name, kind, system, team or label</label>
<input id=\"search\" type=\"search\" placeholder=\"Search names, kinds, systems, labels  ( / )\" autocomplete=\"off\" spellcheck=\"false\" role=\"combobox\" aria-expanded=\"false\" aria-controls=\"results\" aria-autocomplete=\"list\">
<ul id=\"results\" role=\"listbox\" aria-label=\"results\"></ul>
<p id=\"status\" class=\"soft\" role=\"status\" aria-live=\"polite\"></p>
</section>
<section aria-label=\"path\">
<h2>Path of control</h2>
<div class=\"ends\"><label for=\"from\">From</label><input id=\"from\" list=\"names\" autocomplete=\"off\" spellcheck=\"false\">
<label for=\"to\">To</label><input id=\"to\" list=\"names\" autocomplete=\"off\" spellcheck=\"false\"></div>
<button type=\"button\" id=\"seek\">Find</button>
<datalist id=\"names\"></datalist>
<div id=\"hops\"></div>
</section>
<section id=\"about\" aria-label=\"details\"></section>
</aside>
";

fn header(title: &str, drawing: &Drawing<'_>, out: &mut String) {
    let counts = escaped(&drawing.counts());
    let _ = write!(
        out,
        "<header>\n<div><h1>{title}</h1><div class=\"soft\">{counts}</div></div>\n<span class=\"space\"></span>\n"
    );
    let verdicts: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
    let kinds: Vec<&str> = EdgeKind::ALL.iter().map(|kind| kind.word()).collect();
    let families: Vec<&str> = (Family::ALL.iter())
        .filter(|family| (drawing.view.nodes.iter()).any(|node| node.kind.family() == **family))
        .map(|family| family.word())
        .collect();
    for (name, filter, words) in [
        ("Edges", "verdict", verdicts),
        ("that", "kind", kinds),
        ("Nodes", "family", families),
    ] {
        let _ = write!(out, "<fieldset><legend>{name}</legend>");
        for word in words {
            let _ = write!(
                out,
                "<label class=\"check\"><input type=\"checkbox\" data-filter=\"{filter}\" value=\"{word}\" checked>{word}</label>"
            );
        }
        out.push_str("</fieldset>\n");
    }
    out.push_str("<button type=\"button\" id=\"theme\">Dark</button>\n");
    for note in drawing.view.notes() {
        let _ = writeln!(out, "<p class=\"notes\">{}</p>", escaped(&line(&note)));
    }
    out.push_str("</header>\n");
}

/// An element as part of a page: without the declaration that only a file has.
fn fragment(element: &Element) -> String {
    let text = document(element).0;
    match text.split_once('\n') {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    }
}

/// Text between tags or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The source expression of a policy that lets this text in (Content Security Policy Level 3,
/// section 2.3.1): SHA-256 in base64.
pub(crate) fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha256-");
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let at = |index: usize| three.get(index).copied().unwrap_or_default();
        let bits = u32::from(at(0)) << 16 | u32::from(at(1)) << 8 | u32::from(at(2));
        for place in 0..4 {
            if place <= three.len() {
                let digit = (bits >> (18 - 6 * place)) & 63;
                out.push(char::from(DIGITS[digit as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}
