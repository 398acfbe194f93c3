//! `--definitions`: files that describe Fife to the tools of editors. They are in the folder `editors`, which says how
//! to use them.

const LUALS: &str = include_str!("../data/fife.d.lua");
const LUALS_SANDBOX: &str = include_str!("../data/fife-sandbox.d.lua");
const LUACHECK: &str = include_str!("../data/luacheck.lua");
const SELENE: &str = include_str!("../data/selene.yml");

/// The file for a tool.
pub(crate) fn file(tool: &[u8], is_sandbox: bool) -> Option<&'static str> {
    match tool {
        b"luals" if is_sandbox => Some(LUALS_SANDBOX),
        b"luals" => Some(LUALS),
        b"luacheck" => Some(LUACHECK),
        b"selene" => Some(SELENE),
        _ => None,
    }
}
