//! Words on a terminal, of 80 columns unless somebody knows better.

/// The last column that is used where words allow.
pub(crate) const WIDTH: usize = 80;

/// Text for people, coloured or not.
pub(crate) struct Page {
    text: String,
    color: bool,
    width: usize,
}

/// How a word is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ink {
    /// As it is.
    Plain,
    /// Names and headings.
    Strong,
    /// What is beside the point.
    Faint,
    /// What is certain, and wrong.
    Red,
    /// What nobody knows.
    Yellow,
    /// What keeps somebody out.
    Green,
}

impl Ink {
    /// The colour of a verdict.
    pub fn of(verdict: &str) -> Ink {
        match verdict {
            "proven" => Ink::Red,
            "possible" | "influence" => Ink::Yellow,
            _ => Ink::Green,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Ink::Plain => "",
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Red => "1;31",
            Ink::Yellow => "1;33",
            Ink::Green => "1;32",
        }
    }
}

impl Page {
    /// An empty page.
    pub fn new(color: bool) -> Self {
        Page::of_width(color, WIDTH)
    }

    /// An empty page of so many columns.
    pub fn of_width(color: bool, width: usize) -> Self {
        Page {
            text: String::new(),
            color,
            width,
        }
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.text
    }

    /// Words in an ink.
    pub fn ink(&self, ink: Ink, words: &str) -> String {
        if !self.color || ink == Ink::Plain || words.is_empty() {
            return words.to_owned();
        }
        format!("\u{1b}[{}m{words}\u{1b}[0m", ink.code())
    }

    /// One line as it is.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// An empty line, unless the page is empty.
    pub fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// A heading after an empty line.
    pub fn heading(&mut self, words: &str, count: &str) {
        self.gap();
        let gap = if count.is_empty() { "" } else { "  " };
        let line = format!(
            "{}{gap}{}",
            self.ink(Ink::Strong, words),
            self.ink(Ink::Faint, count)
        );
        self.line(&line);
    }

    /// Words after `first`, wrapped, further lines after `rest`; both are as wide.
    pub fn wrapped(&mut self, first: &str, rest: &str, ink: Ink, words: &str) {
        let indent = first.chars().count();
        let mut lead = first;
        let mut line = String::new();
        let mut wide = indent;
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if !line.is_empty() && wide + 1 + length > self.width {
                let shown = format!("{lead}{}", self.ink(ink, &line));
                self.line(&shown);
                line.clear();
                lead = rest;
                wide = indent;
            }
            if !line.is_empty() {
                line.push(' ');
                wide += 1;
            }
            line.push_str(word);
            wide += length;
        }
        let shown = format!("{lead}{}", self.ink(ink, &line));
        self.line(&shown);
    }
}

/// A text cut to some columns.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(columns.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
