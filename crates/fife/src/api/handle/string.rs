//! Strings of Lua that a host owns: bytes, copied out of the VM.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

/// A string of Lua: any bytes, usually UTF-8. It is a copy, so it needs no VM and has no lifetime.
///
/// ```
/// use fife::{Lua, LuaString};
///
/// let mut lua = Lua::new();
/// let bytes: LuaString = lua.load(r"return 'caf\xe9'").eval()?;
/// assert_eq!(bytes.as_bytes(), b"caf\xe9");
/// assert!(bytes.to_str().is_err());
/// assert_eq!(bytes.to_string(), "caf\u{fffd}");
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LuaString(Vec<u8>);

impl LuaString {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, if the bytes are UTF-8.
    ///
    /// # Errors
    /// They are not UTF-8; the error says where.
    pub fn to_str(&self) -> Result<&str, std::str::Utf8Error> {
        std::str::from_utf8(&self.0)
    }

    /// The text, with U+FFFD in place of what is not UTF-8.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for LuaString {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for LuaString {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for LuaString {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for LuaString {
    fn from(bytes: Vec<u8>) -> LuaString {
        LuaString(bytes)
    }
}

impl From<String> for LuaString {
    fn from(text: String) -> LuaString {
        LuaString(text.into_bytes())
    }
}

impl From<&[u8]> for LuaString {
    fn from(bytes: &[u8]) -> LuaString {
        LuaString(bytes.to_vec())
    }
}

impl From<&str> for LuaString {
    fn from(text: &str) -> LuaString {
        LuaString(text.as_bytes().to_vec())
    }
}

impl PartialEq<str> for LuaString {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for LuaString {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<[u8]> for LuaString {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

/// With U+FFFD for what is not UTF-8.
impl fmt::Display for LuaString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_str_lossy().fmt(f)
    }
}

impl fmt::Debug for LuaString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}
