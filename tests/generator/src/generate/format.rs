//! Formats of `string.format` and `string.pack`.

use super::{Generator, Kind};

impl Generator<'_, '_> {
    /// A format as a literal, and a kind for each of its conversions.
    pub(super) fn format_string(&mut self) -> (String, Vec<Kind>) {
        let mut text = String::from("\"");
        let mut kinds = Vec::new();
        for _ in 0..1 + self.choices.below(2) {
            text.push_str(self.choices.of(&["", "", "[", "x ", "%%"]));
            text.push('%');
            for _ in 0..self.choices.below(3) {
                text.push_str(self.choices.of(&["-", "+", " ", "#", "0", "-", "0"]));
            }
            if self.choices.percent(35) {
                text.push_str(&format!("{}", self.choices.below(if self.choices.percent(5) { 200 } else { 24 })));
            }
            if self.choices.percent(35) {
                text.push('.');
                if self.choices.percent(85) {
                    text.push_str(&format!("{}", self.choices.below(if self.choices.percent(8) { 120 } else { 20 })));
                }
            }
            let (conversion, kind) = match self.choices.below(24) {
                0..=3 => (self.choices.of(&["d", "i"]), Kind::Integer),
                4..=6 => (self.choices.of(&["x", "X", "o", "u"]), Kind::Integer),
                7..=15 => (self.choices.of(&["f", "e", "g", "E", "G", "a", "A", "F", "g", "f"]), Kind::Float),
                16 => ("c", Kind::Integer),
                17 => ("q", self.kind()),
                18 => (self.choices.of(&["k", "y", "ld", "*d", "", "5", "$"]), Kind::Integer),
                _ => ("s", self.kind()),
            };
            text.push_str(conversion);
            kinds.push(kind);
        }
        text.push_str(self.choices.of(&["", "", "]", "\\0", "%%", "%"]));
        if self.choices.percent(90) && text.ends_with('%') && !text.ends_with("%%") {
            text.pop();
        }
        text.push('"');
        (text, kinds)
    }

    /// Uses of `string.format`.
    pub(super) fn format_fragment(&mut self) {
        for _ in 0..3 + self.choices.below(8) {
            let (format, kinds) = self.format_string();
            let mut arguments = vec![format.clone()];
            for kind in kinds {
                let value = match kind {
                    Kind::Integer if format.contains('c') => format!("{}", self.choices.below(256)),
                    Kind::Integer if self.choices.percent(80) => self.integer(),
                    Kind::Float if self.choices.percent(80) => self.float(),
                    Kind::List | Kind::Record | Kind::Object | Kind::Function | Kind::Coroutine => {
                        "setmetatable({}, {__tostring = function() return \"object\" end})".to_owned()
                    }
                    kind => self.leaf(kind),
                };
                arguments.push(value);
            }
            if self.choices.percent(4) {
                arguments.pop();
            }
            self.tried(&format!("string.format({})", arguments.join(", ")));
        }
    }

    /// A format of `string.pack` as a literal.
    pub(super) fn pack_format(&mut self) -> String {
        let mut text = String::from("\"");
        for _ in 0..1 + self.choices.below(4) {
            let option = self.pack_option();
            text.push_str(&option.0);
        }
        text.push('"');
        text
    }

    fn pack_option(&mut self) -> (String, Option<Kind>) {
        let size = if self.choices.percent(70) { format!("{}", self.choices.range(1, 16)) } else { String::new() };
        match self.choices.below(24) {
            0..=2 => (self.choices.of(&["<", ">", "=", "<", ">"]).to_owned(), None),
            3 => (format!("!{size}"), None),
            4 => (self.choices.of(&["x", " ", "Xi4", "Xd", "X", "Xb"]).to_owned(), None),
            5..=9 => (self.choices.of(&["b", "B", "h", "H", "l", "L", "j", "J", "T"]).to_owned(), Some(Kind::Integer)),
            10..=14 => (format!("{}{size}", self.choices.of(&["i", "I"])), Some(Kind::Integer)),
            15..=17 => (self.choices.of(&["f", "d", "n"]).to_owned(), Some(Kind::Float)),
            18 => ("z".to_owned(), Some(Kind::Text)),
            19 | 20 => (format!("s{size}"), Some(Kind::Text)),
            21 => (format!("c{}", self.choices.below(8)), Some(Kind::Text)),
            22 => (
                self.choices.of(&["i17", "i0", "c", "y", "!17", "c2000000000000", "i99999999999"]).to_owned(),
                Some(Kind::Integer),
            ),
            _ => ("i".to_owned(), Some(Kind::Integer)),
        }
    }

    /// Packs, shows, and unpacks.
    pub(super) fn pack_fragment(&mut self) {
        for _ in 0..2 + self.choices.below(6) {
            let mut format = String::from("\"");
            let mut values = Vec::new();
            for _ in 0..1 + self.choices.below(4) {
                let (option, kind) = self.pack_option();
                format.push_str(&option);
                let Some(kind) = kind else { continue };
                let value = match kind {
                    Kind::Integer => match self.choices.below(4) {
                        0 => self.integer(),
                        1 => format!("{}", self.choices.range(-129, 256)),
                        _ => format!("{}", self.choices.bits() as i64 >> self.choices.range(1, 63)),
                    },
                    kind => self.expression(kind),
                };
                values.push(format!(", {value}"));
            }
            format.push('"');
            let values = values.concat();
            match self.choices.below(5) {
                0 => self.tried(&format!("string.packsize({format})")),
                1 => {
                    let bytes: String =
                        (0..self.choices.below(24)).map(|_| format!("\\x{:02x}", self.choices.bits() as u8)).collect();
                    let at = if self.choices.percent(30) {
                        format!(", {}", self.choices.range(-9, 12))
                    } else {
                        String::new()
                    };
                    self.tried(&format!("string.unpack({format}, \"{bytes}\"{at})"));
                }
                2 => self.tried(&format!("string.pack({format}{values})")),
                _ => self.tried(&format!("string.unpack({format}, string.pack({format}{values}))")),
            }
        }
    }
}
