//! Memory that objects hold outside of the heap, counted while they hold it. The rest of Fife reaches the heap's
//! account only through this file.
//!
//! # Safety argument
//!
//! The account of external memory is right if what is held is released once. A [`HeldBytes`] is made for the bytes it
//! holds, and its count changes only together with the account. When it is dropped, perhaps in a destructor that the
//! sweeper runs, its bytes are noted, and [`HeldBytes::settle`] takes the notes when it releases them.
//! [`HeldBytes::note`] notes a change of the count in the same way. The notes belong to the state that the `HeldBytes`
//! was made with. A forgotten `HeldBytes` stays counted.

use super::Context;
use fife_arena::OutOfMemory;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of memory outside of the heap that count against [`Limits::memory`](crate::Limits::memory) while this exists.
///
/// An object of the host with memory of its own, such as a userdata with a buffer, keeps one for that memory, so that a
/// script that makes many such objects is limited. Dropping it releases the bytes at the next step of the VM. A
/// forgotten one stays counted.
///
/// ```
/// use fife::arena::Static;
/// use fife::gc::{Call, Error, Function, HeldBytes, Reply};
/// use fife::{Collect, ErrorKind, Limits, Lua, native, userdata_type};
///
/// #[derive(Collect)]
/// struct Image {
///     pixels: Static<Vec<u8>>,
///     held: Static<HeldBytes>,
/// }
///
/// userdata_type! { ImageType("app.image") for Image; }
///
/// /// `image(width, height)`
/// fn image<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
///     let sides = [call.integer(0)?, call.integer(1)?];
///     let [width, height] = sides.map(|side| usize::try_from(side).unwrap_or(0).min(10_000));
///     // Refused memory is waited for; so this comes before the memory is taken.
///     let held = HeldBytes::take(call.ctx(), width * height).map_err(|_| call.refused())?;
///     call.charge(width * height / 64);
///     let image = Image { pixels: Static(vec![0; width * height]), held: Static(held) };
///     let image = call.make_userdata::<ImageType>(image)?;
///     call.one(image)
/// }
///
/// let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
/// lua.enter(|ctx| {
///     let image = Function::native(ctx, native!("app.image", image)).unwrap();
///     ctx.globals().set_field(ctx, "image", image);
/// });
/// lua.load("for i = 1, 100 do image(1000, 1000) end").exec()?;
/// assert_eq!(lua.load("image(10000, 10000)").exec().unwrap_err().kind(), ErrorKind::Memory);
/// # Ok::<(), fife::Error>(())
/// ```
pub struct HeldBytes {
    bytes: usize,
    returned: Arc<AtomicUsize>,
}

/// No process has more bytes. A larger claim is refused, or counts as this, so that the sums of the account stay
/// possible numbers of bytes.
const MOST: usize = if usize::BITS < 64 { usize::MAX / 2 } else { usize::MAX >> 16 };

impl HeldBytes {
    /// Counts `bytes`.
    ///
    /// # Errors
    /// The limit on memory does not allow that many bytes now, or no process has that many. In a native,
    /// [`Call::refused`](crate::gc::Call::refused) waits for a collection.
    pub fn take(ctx: Context<'_>, bytes: usize) -> Result<HeldBytes, OutOfMemory> {
        if bytes > MOST {
            return Err(OutOfMemory);
        }
        // SAFETY: the new `HeldBytes` gives them back.
        unsafe { ctx.mc().hold_external(bytes)? };
        Ok(HeldBytes { bytes, returned: ctx.state().returned.clone() })
    }

    /// How many bytes it counts.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts `bytes` more.
    ///
    /// # Errors
    /// As [`take`](Self::take); also with the context of another VM. Nothing has changed then.
    pub fn grow(&mut self, ctx: Context<'_>, bytes: usize) -> Result<(), OutOfMemory> {
        if !self.is_of(ctx) || self.bytes.saturating_add(bytes) > MOST {
            return Err(OutOfMemory);
        }
        // SAFETY: this one gives them back.
        unsafe { ctx.mc().hold_external(bytes)? };
        self.bytes += bytes;
        Ok(())
    }

    /// Releases `bytes` at once, or all if it counts fewer. With the context of another VM that happens at the next
    /// step of its own VM.
    pub fn shrink(&mut self, ctx: Context<'_>, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        if self.is_of(ctx) {
            // SAFETY: this one counted them in this VM, and no longer does.
            unsafe { ctx.mc().release_external(bytes) };
        } else {
            self.returned.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Counts `bytes` from now on, for memory that was already taken. That may exceed the limit; then later requests
    /// are refused. The account learns of it at the next step of the VM, or when [`settle`](Self::settle) is called.
    pub(crate) fn note(&mut self, bytes: usize) {
        let bytes = bytes.min(MOST);
        self.returned.fetch_add(self.bytes.wrapping_sub(bytes), Ordering::Relaxed);
        self.bytes = bytes;
    }

    /// Counts `bytes` of those of another one of the same VM, or all if it counts fewer. Returns how many.
    pub(crate) fn move_from(&mut self, other: &mut HeldBytes, bytes: usize) -> usize {
        let bytes = if Arc::ptr_eq(&self.returned, &other.returned) { bytes.min(other.bytes) } else { 0 };
        other.bytes -= bytes;
        self.bytes += bytes;
        bytes
    }

    /// Whether the bytes are on this VM's account.
    fn is_of(&self, ctx: Context<'_>) -> bool {
        Arc::ptr_eq(&self.returned, &ctx.state().returned)
    }

    /// Splits it: the new one counts `bytes`, or all if there are fewer.
    pub fn split(&mut self, bytes: usize) -> HeldBytes {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        HeldBytes { bytes, returned: self.returned.clone() }
    }

    /// Releases what was dropped, and counts what was noted.
    #[inline]
    pub(super) fn settle(ctx: Context<'_>) {
        if ctx.state().returned.load(Ordering::Relaxed) != 0 {
            HeldBytes::settle_noted(ctx);
        }
    }

    fn settle_noted(ctx: Context<'_>) {
        // Negative if more was taken than given back.
        let returned = ctx.state().returned.swap(0, Ordering::Relaxed).cast_signed();
        // SAFETY: the dropped and shrunk ones counted this much more than the grown ones will release; each change was
        // noted once.
        unsafe {
            match returned {
                0.. => ctx.mc().release_external(returned.unsigned_abs()),
                _ => ctx.mc().hold_external_forced(returned.unsigned_abs()),
            }
        }
    }
}

impl std::fmt::Debug for HeldBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeldBytes({})", self.bytes)
    }
}

impl Drop for HeldBytes {
    fn drop(&mut self) {
        self.returned.fetch_add(self.bytes, Ordering::Relaxed);
    }
}
