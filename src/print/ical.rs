//! iCalendar (RFC 5545): content lines escaped, folded and ended as it wants them.
//!
//! Written by hand: the library at hand folds to lines of 76 octets and puts the clock where a
//! caller leaves something out.

/// The most octets of a line, its end left out (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar's text, line by line.
#[derive(Debug, Default)]
pub struct Calendar {
    text: String,
}

impl Calendar {
    /// A line whose value is in the form of its property already.
    pub fn line(&mut self, name: &str, value: &str) {
        let line = format!("{name}:{value}");
        let mut room = LINE;
        let mut rest = line.as_str();
        loop {
            let mut end = rest.len().min(room);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            self.text.push_str(&rest[..end]);
            self.text.push_str("\r\n");
            rest = &rest[end..];
            if rest.is_empty() {
                return;
            }
            // A line that goes on begins with a space, which counts.
            self.text.push(' ');
            room = LINE - 1;
        }
    }

    /// A line whose value is text, escaped (RFC 5545, 3.3.11). Control characters become spaces.
    pub fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for character in value.chars() {
            match character {
                '\\' => escaped.push_str("\\\\"),
                ';' => escaped.push_str("\\;"),
                ',' => escaped.push_str("\\,"),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => escaped.push(' '),
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.text
    }
}
