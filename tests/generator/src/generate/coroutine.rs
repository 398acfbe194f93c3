//! Coroutines.

use super::{Generator, Kind};

impl Generator<'_, '_> {
    /// A statement that yields somewhere.
    fn yielding(&mut self) {
        let values = self.expressions(2);
        let value = self.anything();
        match self.choices.below(14) {
            0..=3 => self.line(&format!("show(coroutine.yield({values}))")),
            4 => self.line(&format!("show(pcall(coroutine.yield, {value}))")),
            5 => self.line(&format!("show(pcall(function(...) coroutine.yield(...) error({value}) end, {value}))")),
            6 => self.line("for i = 1, 2 do coroutine.yield(i) end"),
            7 => self.line(&format!("local o <close> = setmetatable({{}}, {{__close = function(_, e) show(\"closing\", e) {} end}})", self.choices.of(&["coroutine.yield(\"in close\")", "", "error(\"in close\")"]))),
            8 => self.line(&format!("show(setmetatable({{}}, {{__add = function(a, b) return coroutine.yield(b) end}}) + {value})")),
            9 => self.line(&format!("show(setmetatable({{}}, {{__index = function(_, k) return coroutine.yield(k) end}})[{value}])")),
            10 => self.line(&format!("for v in coroutine.wrap(function(...) coroutine.yield({value}) end) do show(v) coroutine.yield(v) end")),
            11 => self.line("show(xpcall(function() coroutine.yield(\"protected\") error(\"after\") end, function(m) return \"handled \" .. tostring(m) end))"),
            12 => self.line(&format!("if setmetatable({{}}, {{__lt = function() return coroutine.yield(\"lt\") end}}) < {{}} then show(\"true\") end show({value})")),
            _ => self.line("show(\"a\" .. setmetatable({}, {__concat = function(a, b) return coroutine.yield(a, b) end}) .. \"b\")"),
        }
    }

    pub(super) fn coroutine_fragment(&mut self) {
        let (name, parameter) = (self.name(), self.name());
        let is_wrap = self.choices.percent(35);
        self.line(&format!(
            "local {name} = coroutine.{}(function({parameter}, ...)",
            if is_wrap { "wrap" } else { "create" }
        ));
        self.function_block(&[(&parameter.clone(), Kind::Integer)], true, |this| {
            this.line(&format!("show(\"started\", {parameter}, ...)"));
            for _ in 0..1 + this.choices.below(4) {
                this.left = 2;
                if this.choices.percent(35) {
                    this.statements(1, 2);
                }
                this.yielding();
            }
            match this.choices.below(4) {
                0 => {
                    let value = this.anything();
                    this.line(&format!("error({value})"));
                }
                1 => {
                    let values = this.expressions(2);
                    this.line(&format!("return coroutine.yield({values})"));
                }
                _ => {
                    let values = this.expressions(2);
                    this.line(&format!("return {values}"));
                }
            }
        });
        self.line("end)");
        for _ in 0..2 + self.choices.below(6) {
            let values = self.expressions(2);
            let comma = if values.is_empty() { "" } else { ", " };
            if is_wrap {
                match self.choices.below(4) {
                    0 => self.line(&format!("show({name}({values}))")),
                    _ => self.line(&format!("try({name}{comma}{values})")),
                }
                continue;
            }
            match self.choices.below(12) {
                0 => self.line(&format!("show(coroutine.status({name}), coroutine.isyieldable({name}))")),
                1 => self.line(&format!("try(coroutine.close, {name})")),
                2 => self.line(&format!("show(coroutine.resume(coroutine.create(function(...) return coroutine.resume({name}{comma}{values}) end)))")),
                3 => self.line(&format!("show(pcall(coroutine.wrap(function() show(coroutine.status({name})) return select(2, coroutine.resume({name})) end)))")),
                4 => self.line("show(trace(1))"),
                _ => self.line(&format!("show(coroutine.resume({name}{comma}{values}))")),
            }
        }
        match self.choices.below(8) {
            0 => self.line("show(coroutine.running() ~= nil, select(2, coroutine.running()), coroutine.isyieldable())"),
            1 => self.line("show(pcall(coroutine.resume, coroutine.running()))"),
            2 => self.line("local co co = coroutine.wrap(function() return pcall(co) end) show(co())"),
            3 => self.line("local co co = coroutine.create(function() return coroutine.close(co) end) show(coroutine.resume(co)) show(coroutine.status(co))"),
            4 => self.line("show(pcall(coroutine.yield, 1))"),
            5 => self.line("show(pcall(coroutine.close, coroutine.running()))"),
            _ => {}
        }
    }
}
