//! Making a VM: its host, its limits and its libraries.

mod output;

use super::Lua;
use super::clock::{self, BuildError};
use super::handle::searcher;
use crate::native::{Host, Limits, NoHost};
use crate::object::{Context, Value};
use fife_arena::MaybeSend;
use output::{WithOutput, Write};

/// Which libraries a VM opens: a set, joined by `|`. Without the feature `full`, which is on by default,
/// [`SANDBOX`](Self::SANDBOX) is the only one, and asking for others opens nothing.
///
/// ```
/// use fife::{Libraries, Lua};
///
/// let mut lua = Lua::builder().libraries(Libraries::SANDBOX | Libraries::DEBUG).build()?;
/// assert!(lua.load("debug.getinfo ~= nil and io == nil").eval::<bool>()?);
/// assert!(Libraries::ALL.contains(Libraries::IO | Libraries::OS));
/// # Ok::<(), fife::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Libraries(u8);

impl Libraries {
    /// No library.
    pub const NONE: Libraries = Libraries(0);
    /// Those that cannot reach the outside: the basic functions, `coroutine`, `string`, `table`, `math`, `utf8`, and
    /// the functions of `debug` that only look. `print` and `warn` write to what the host gives them.
    pub const SANDBOX: Libraries = Libraries(1);
    /// `require` and `package`, which look for modules in the host's files.
    pub const PACKAGE: Libraries = Libraries(2);
    /// `io`, `dofile` and `loadfile`: the host's files, streams and commands.
    pub const IO: Libraries = Libraries(4);
    /// `os`: the host's clock, environment, files and commands.
    pub const OS: Libraries = Libraries(8);
    /// All of `debug`, with which a script can change any other function's variables, and the metatables of all types.
    pub const DEBUG: Libraries = Libraries(16);
    /// All of them. They include loading binary chunks, unless [`Limits::binary_chunks`] says otherwise.
    pub const ALL: Libraries = Libraries(31);

    /// Whether this set has all of `others`.
    pub const fn contains(self, others: Libraries) -> bool {
        self.0 & others.0 == others.0
    }
}

impl std::ops::BitOr for Libraries {
    type Output = Libraries;
    fn bitor(self, others: Libraries) -> Libraries {
        Libraries(self.0 | others.0)
    }
}

impl std::ops::BitOrAssign for Libraries {
    fn bitor_assign(&mut self, others: Libraries) {
        self.0 |= others.0;
    }
}

/// Makes a VM, or says why it cannot be made: [`Lua::builder`].
///
/// ```
/// use fife::{Limits, Lua};
///
/// let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
/// assert_eq!(lua.load("6 * 7").eval::<i64>()?, 42);
/// # Ok::<(), fife::Error>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    host: Box<dyn Host>,
    limits: Limits,
    libraries: Libraries,
    output: Option<Write>,
    modules: Option<Box<dyn Find>>,
}

/// Finds the source of a module.
trait Find: Fn(&[u8]) -> Option<Vec<u8>> + MaybeSend {}
impl<F: Fn(&[u8]) -> Option<Vec<u8>> + MaybeSend> Find for F {}

impl Builder {
    pub(super) fn new() -> Builder {
        Builder {
            host: Box::new(NoHost),
            limits: Limits::default(),
            libraries: Libraries::SANDBOX,
            output: None,
            modules: None,
        }
    }

    /// Sets what scripts can reach of the outside. By default nothing: [`NoHost`].
    pub fn host(mut self, host: impl Host + 'static) -> Builder {
        self.host = Box::new(host);
        self
    }

    /// Sets how much scripts may use. By default the limits for trusted scripts: [`Limits::default`].
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// Sets the libraries to open. By default [`Libraries::SANDBOX`].
    #[doc(alias = "new_with")]
    pub fn libraries(mut self, libraries: Libraries) -> Builder {
        self.libraries = libraries;
        self
    }

    /// Gives `print` and everything else that writes to standard output to a closure, instead of the
    /// [host](Self::host). A call may get part of a line.
    ///
    /// ```
    /// use fife::Lua;
    /// use std::sync::{Arc, Mutex};
    ///
    /// let printed = Arc::new(Mutex::new(Vec::new()));
    /// let kept = printed.clone();
    /// let mut lua = Lua::builder().output(move |text| kept.lock().unwrap().extend_from_slice(text)).build()?;
    /// lua.load("print('hello', 6 * 7)").exec()?;
    /// assert_eq!(*printed.lock().unwrap(), b"hello\t42\n");
    /// # Ok::<(), fife::Error>(())
    /// ```
    pub fn output(mut self, write: impl FnMut(&[u8]) + Send + 'static) -> Builder {
        self.output = Some(Box::new(write));
        self
    }

    /// Opens `require` and `package`, and makes `require` ask a closure for the source of modules. Unless
    /// [`Libraries::PACKAGE`] is open as well, the only other modules are [preloaded](Lua::preload) ones: `require`
    /// looks for no file. A module is compiled from the fuel of the script that requires it, and messages call it by
    /// its name.
    ///
    /// ```
    /// use fife::Lua;
    ///
    /// let find = |name: &[u8]| (name == b"answer").then(|| b"return 6 * 7".to_vec());
    /// let mut lua = Lua::builder().modules(find).build()?;
    /// assert_eq!(lua.load("require('answer')").eval::<i64>()?, 42);
    /// let error = lua.load("require('question')").name("=demo").exec().unwrap_err();
    /// assert!(error.to_string().starts_with("demo:1: module 'question' not found:"));
    /// # Ok::<(), fife::Error>(())
    /// ```
    ///
    /// Only with the feature `full`, which is on by default.
    #[cfg(feature = "full")]
    pub fn modules(mut self, find: impl Fn(&[u8]) -> Option<Vec<u8>> + MaybeSend + 'static) -> Builder {
        self.modules = Some(Box::new(find));
        self
    }

    /// Makes the VM.
    ///
    /// # Errors
    /// [`BuildError::NoClock`]: [`Limits::deadline`] is set, and there is no clock.
    pub fn build(self) -> Result<Lua, BuildError> {
        clock::check(&self.limits, &*self.host)?;
        Ok(self.open())
    }

    /// Makes the VM, after the deadline was checked.
    pub(super) fn open(mut self) -> Lua {
        if self.libraries == Libraries::ALL {
            self.limits.binary_chunks.get_or_insert(true);
        }
        let host = match self.output {
            Some(write) => Box::new(WithOutput::new(self.host, write)),
            None => self.host,
        };
        let lua = Lua::make(host, self.limits);
        lua.enter(|ctx| {
            let with_modules = if self.modules.is_some() { Libraries::PACKAGE } else { Libraries::NONE };
            crate::stdlib::open(ctx, self.libraries | with_modules);
            if let Some(find) = self.modules {
                add_searcher(ctx, find, self.libraries.contains(Libraries::PACKAGE));
            }
        });
        lua
    }
}

/// Adds a searcher for the host's modules after the one for preloaded modules, and removes those for files unless they
/// are wanted.
fn add_searcher(ctx: Context<'_>, find: Box<dyn Find>, with_files: bool) {
    let Value::Table(package) = ctx.globals().get_field(ctx, "package") else { return };
    let (Value::Table(searchers), Ok(searcher)) = (package.get_field(ctx, "searchers"), searcher(ctx, find)) else {
        return;
    };
    let others: Vec<Value<'_>> = (2..=searchers.length()).map(|index| searchers.get_integer(index)).collect();
    let others = others.into_iter().map(|other| if with_files { other } else { Value::Nil });
    for (index, searcher) in (2i64..).zip(std::iter::once(Value::Function(searcher)).chain(others)) {
        // It has room for one more, whatever the limit.
        let _ = searchers.set(ctx, index, searcher);
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Builder { limits, libraries, .. } = self;
        f.debug_struct("Builder").field("limits", limits).field("libraries", libraries).finish_non_exhaustive()
    }
}
