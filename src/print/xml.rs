//! XML, an element a line or more, so that a line number names an element.

/// An element: attributes, then either text or further elements.
#[derive(Clone, Debug)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Text(String),
    Children(Vec<(Element, Vec<u32>)>),
}

impl Element {
    /// An element that holds text.
    pub fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            content: Content::Text(text.into()),
        }
    }

    /// An element that holds others, so far none.
    pub fn parent(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            content: Content::Children(Vec::new()),
        }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// Adds a child. An element of text loses its text.
    #[must_use]
    pub fn child(self, child: Element) -> Self {
        self.marked(child, Vec::new())
    }

    /// Adds a child whose line [`document`] gives together with each of `marks`.
    #[must_use]
    pub fn marked(mut self, child: Element, marks: Vec<u32>) -> Self {
        match &mut self.content {
            Content::Children(children) => children.push((child, marks)),
            Content::Text(_) => self.content = Content::Children(vec![(child, marks)]),
        }
        self
    }
}

/// The document, UTF-8 with its declaration and ending in a line end, and each mark with the line, from 1,
/// at which its element begins.
pub fn document(root: &Element) -> (String, Vec<(u32, u32)>) {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut marks = Vec::new();
    let mut line = 2;
    write(root, 0, &mut line, &mut out, &mut marks);
    (out, marks)
}

fn write(
    element: &Element,
    depth: usize,
    line: &mut u32,
    out: &mut String,
    marks: &mut Vec<(u32, u32)>,
) {
    out.extend(std::iter::repeat_n("  ", depth));
    out.push('<');
    out.push_str(element.name);
    for (name, value) in &element.attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, out, false);
        out.push('"');
    }
    match &element.content {
        Content::Text(text) => {
            out.push('>');
            escape(text, out, true);
            close(element.name, out);
            *line += u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        }
        Content::Children(children) if children.is_empty() => out.push_str("/>\n"),
        Content::Children(children) => {
            out.push_str(">\n");
            *line += 1;
            for (child, own) in children {
                marks.extend(own.iter().map(|mark| (*mark, *line)));
                write(child, depth + 1, line, out, marks);
            }
            out.extend(std::iter::repeat_n("  ", depth));
            close(element.name, out);
        }
    }
    *line += 1;
}

fn close(name: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// Text and attribute values alike. Control characters have no form in XML 1.0 and become spaces;
/// line ends, which readers turn into spaces in attributes, are kept in text alone.
fn escape(text: &str, out: &mut String, is_text: bool) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' if is_text => out.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            _ => out.push(c),
        }
    }
}
