//! The words, strings, signs and comments of a text, in order. Only a text that parses is given
//! here, so nothing is checked.

/// What a token is, as far as its spacing goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A word, number or date.
    Word,
    /// A string, quotes included.
    String,
    /// A sign: `,` `.` `(` `==` …
    Sign,
    /// `//` or `///` up to the end of its line.
    Comment,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// What it is.
    pub kind: Kind,
    /// Its text; a comment's without white space at its end.
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
    /// How many line ends stand between the token before it and this one.
    pub line_ends: usize,
}

impl Token<'_> {
    /// Whether it is this sign.
    pub fn is(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let mut line_ends = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_whitespace() {
            line_ends += usize::from(byte == b'\n');
            at += 1;
            continue;
        }
        let rest = &text[at..];
        let (kind, length) = match byte {
            b'"' => (Kind::String, string(rest)),
            b'/' if rest.starts_with("//") => {
                (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
            }
            b'0'..=b'9' => (Kind::Word, number(rest)),
            b'-' => (Kind::Word, 1 + number(&rest[1..])),
            _ if byte.is_ascii_alphanumeric() => (Kind::Word, word(rest)),
            b'=' | b'!' | b'<' | b'>' if rest[1..].starts_with('=') => (Kind::Sign, 2),
            _ => (Kind::Sign, rest.chars().next().map_or(1, char::len_utf8)),
        };
        let text = &rest[..length];
        tokens.push(Token {
            kind,
            text: if kind == Kind::Comment {
                text.trim_end()
            } else {
                text
            },
            start: at,
            line_ends,
        });
        line_ends = 0;
        at += length;
    }
    tokens
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn word(rest: &str) -> usize {
    rest.bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')))
        .unwrap_or(rest.len())
}

/// A number, date, instant or duration: `12:00` and `1.5` hold a sign.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let inside = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(inside || matches!(byte, b':' | b'.') && digit(at + 1)) {
            break;
        }
        at += 1;
    }
    at
}
