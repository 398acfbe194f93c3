//! Making a VM: its host, its limits and its libraries.

use super::Lua;
use super::clock::{self, BuildError};
use crate::native::{Host, Limits, NoHost};

/// Which libraries a VM opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Libraries(Which);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    None,
    Sandbox,
    All,
}

impl Libraries {
    /// No library, as in [`Lua::without_libraries`].
    pub const NONE: Libraries = Libraries(Which::None);
    /// Those that cannot reach the outside, as in [`Lua::sandboxed`].
    pub const SANDBOX: Libraries = Libraries(Which::Sandbox);
    /// All of them, as in [`Lua::full`]: binary chunks are loaded unless [`Limits::binary_chunks`] says otherwise.
    pub const ALL: Libraries = Libraries(Which::All);
}

/// Makes a VM, or says why it cannot be made: [`Lua::builder`].
///
/// ```
/// use fife::{Fuel, Limits, Lua};
///
/// let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
/// let task = lua.start(b"return 6 * 7", "=answer")?;
/// lua.run(&task, &mut Fuel::with(1000))?;
/// assert_eq!(lua.enter(|ctx| task.fetch(ctx).results()[0].to_integer()), Some(42));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct Builder {
    host: Box<dyn Host>,
    limits: Limits,
    libraries: Libraries,
}

impl Builder {
    pub(super) fn new() -> Builder {
        Builder { host: Box::new(NoHost), limits: Limits::default(), libraries: Libraries::SANDBOX }
    }

    /// The outside. Without this there is none: [`NoHost`].
    pub fn host(mut self, host: impl Host + 'static) -> Builder {
        self.host = Box::new(host);
        self
    }

    /// What scripts may use. Without this, the limits for trusted ones: [`Limits::default`].
    pub fn limits(mut self, limits: Limits) -> Builder {
        self.limits = limits;
        self
    }

    /// The libraries to open. Without this, [`Libraries::SANDBOX`].
    pub fn libraries(mut self, libraries: Libraries) -> Builder {
        self.libraries = libraries;
        self
    }

    /// Makes the VM.
    ///
    /// # Errors
    /// [`BuildError::NoClock`]: [`Limits::deadline`] is set, and there is no clock.
    pub fn build(mut self) -> Result<Lua, BuildError> {
        clock::check(&self.limits, &*self.host)?;
        if self.libraries == Libraries::ALL {
            self.limits.binary_chunks.get_or_insert(true);
        }
        let mut lua = Lua::make(self.host, self.limits);
        lua.enter(|ctx| crate::stdlib::open(ctx, self.libraries));
        Ok(lua)
    }

    /// Makes the VM, for the functions that have no way to say that it cannot be made.
    #[track_caller]
    pub(super) fn expect(self) -> Lua {
        match self.build() {
            Ok(lua) => lua,
            Err(error) => panic!("{error}"),
        }
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Builder { limits, libraries, .. } = self;
        f.debug_struct("Builder").field("limits", limits).field("libraries", libraries).finish_non_exhaustive()
    }
}
