//! Formats of `string.format` and `string.pack`.

use super::{Generator, Kind};

impl Generator {
    /// A format as a literal, and a kind for each of its conversions.
    pub(super) fn format_string(&mut self) -> (String, Vec<Kind>) {
        let mut text = String::from("\"");
        let mut kinds = Vec::new();
        for _ in 0..1 + self.random.below(2) {
            text.push_str(self.random.pick(&["", "", "[", "x ", "%%"]));
            text.push('%');
            for _ in 0..self.random.below(3) {
                text.push_str(self.random.pick(&["-", "+", " ", "#", "0", "-", "0"]));
            }
            if self.random.chance(35) {
                text.push_str(&format!("{}", self.random.below(if self.random.chance(5) { 200 } else { 24 })));
            }
            if self.random.chance(35) {
                text.push('.');
                if self.random.chance(85) {
                    text.push_str(&format!("{}", self.random.below(if self.random.chance(8) { 120 } else { 20 })));
                }
            }
            let (conversion, kind) = match self.random.below(24) {
                0..=3 => (self.random.pick(&["d", "i"]), Kind::Integer),
                4..=6 => (self.random.pick(&["x", "X", "o", "u"]), Kind::Integer),
                7..=15 => (self.random.pick(&["f", "e", "g", "E", "G", "a", "A", "F", "g", "f"]), Kind::Float),
                16 => ("c", Kind::Integer),
                17 => ("q", self.kind()),
                18 => (self.random.pick(&["k", "y", "ld", "*d", "", "5", "$"]), Kind::Integer),
                _ => ("s", self.kind()),
            };
            text.push_str(conversion);
            kinds.push(kind);
        }
        text.push_str(self.random.pick(&["", "", "]", "\\0", "%%", "%"]));
        if self.random.chance(90) && text.ends_with('%') && !text.ends_with("%%") {
            text.pop();
        }
        text.push('"');
        (text, kinds)
    }

    /// Uses of `string.format`.
    pub(super) fn format_fragment(&mut self) {
        for _ in 0..3 + self.random.below(8) {
            let (format, kinds) = self.format_string();
            let mut arguments = vec![format.clone()];
            for kind in kinds {
                let value = match kind {
                    Kind::Integer if format.contains('c') => format!("{}", self.random.below(256)),
                    Kind::Integer if self.random.chance(80) => self.integer(),
                    Kind::Float if self.random.chance(80) => self.float(),
                    Kind::List | Kind::Record | Kind::Object | Kind::Function => {
                        "setmetatable({}, {__tostring = function() return \"object\" end})".to_owned()
                    }
                    kind => self.leaf(kind),
                };
                arguments.push(value);
            }
            if self.random.chance(4) {
                arguments.pop();
            }
            self.tried(&format!("string.format({})", arguments.join(", ")));
        }
    }

    /// A format of `string.pack` as a literal.
    pub(super) fn pack_format(&mut self) -> String {
        let mut text = String::from("\"");
        for _ in 0..1 + self.random.below(4) {
            let option = self.pack_option();
            text.push_str(&option.0);
        }
        text.push('"');
        text
    }

    fn pack_option(&mut self) -> (String, Option<Kind>) {
        let size = if self.random.chance(70) { format!("{}", self.random.range(1, 16)) } else { String::new() };
        match self.random.below(24) {
            0..=2 => (self.random.pick(&["<", ">", "=", "<", ">"]).to_owned(), None),
            3 => (format!("!{size}"), None),
            4 => (self.random.pick(&["x", " ", "Xi4", "Xd", "X", "Xb"]).to_owned(), None),
            5..=9 => (self.random.pick(&["b", "B", "h", "H", "l", "L", "j", "J", "T"]).to_owned(), Some(Kind::Integer)),
            10..=14 => (format!("{}{size}", self.random.pick(&["i", "I"])), Some(Kind::Integer)),
            15..=17 => (self.random.pick(&["f", "d", "n"]).to_owned(), Some(Kind::Float)),
            18 => ("z".to_owned(), Some(Kind::Text)),
            19 | 20 => (format!("s{size}"), Some(Kind::Text)),
            21 => (format!("c{}", self.random.below(8)), Some(Kind::Text)),
            22 => (
                self.random.pick(&["i17", "i0", "c", "y", "!17", "c2000000000000", "i99999999999"]).to_owned(),
                Some(Kind::Integer),
            ),
            _ => ("i".to_owned(), Some(Kind::Integer)),
        }
    }

    /// Packs, shows, and unpacks.
    pub(super) fn pack_fragment(&mut self) {
        for _ in 0..2 + self.random.below(6) {
            let mut format = String::from("\"");
            let mut values = Vec::new();
            for _ in 0..1 + self.random.below(4) {
                let (option, kind) = self.pack_option();
                format.push_str(&option);
                let Some(kind) = kind else { continue };
                let value = match kind {
                    Kind::Integer => match self.random.below(4) {
                        0 => self.integer(),
                        1 => format!("{}", self.random.range(-129, 256)),
                        _ => format!("{}", self.random.bits() as i64 >> self.random.range(1, 63)),
                    },
                    kind => self.expression(kind),
                };
                values.push(format!(", {value}"));
            }
            format.push('"');
            let values = values.concat();
            match self.random.below(5) {
                0 => self.tried(&format!("string.packsize({format})")),
                1 => {
                    let bytes: String =
                        (0..self.random.below(24)).map(|_| format!("\\x{:02x}", self.random.bits() as u8)).collect();
                    let at =
                        if self.random.chance(30) { format!(", {}", self.random.range(-9, 12)) } else { String::new() };
                    self.tried(&format!("string.unpack({format}, \"{bytes}\"{at})"));
                }
                2 => self.tried(&format!("string.pack({format}{values})")),
                _ => self.tried(&format!("string.unpack({format}, string.pack({format}{values}))")),
            }
        }
    }
}
