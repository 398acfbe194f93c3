//! Bytes that a script makes a library collect: a run whose memory is asked for before it is taken.

use crate::api::Call;
use crate::error::{Error, IntoError};
use crate::object::{Bytes, Charge};

/// A growing run of bytes, counted as held by the VM.
#[derive(Default)]
pub(super) struct MeteredBytes {
    bytes: Bytes,
    charge: Option<Charge>,
}

impl MeteredBytes {
    /// What has been collected.
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    /// Makes room for `more` bytes. To be called before the effects of a poll: if there is no room now, the poll is
    /// made again after a collection.
    pub(super) fn reserve(&mut self, call: &Call<'_, '_>, more: usize) -> Result<(), Refused> {
        let needed = self.bytes.len().saturating_add(more);
        let old = self.bytes.capacity();
        if needed <= old {
            return Ok(());
        }
        let capacity = Bytes::capacity_for(needed.max(old.saturating_mul(2)).max(64));
        if call.reserve(capacity).is_err() {
            return Err(Refused);
        }
        let Ok(charge) = Charge::take(call.ctx(), capacity) else {
            call.refused();
            return Err(Refused);
        };
        if self.bytes.try_reserve_exact(capacity - self.bytes.len()).is_err() {
            return Err(Refused);
        }
        call.charge(self.bytes.len() / 16);
        self.charge = Some(charge);
        Ok(())
    }

    /// Adds bytes at the end. A unit for each 16 bytes.
    pub(super) fn append(&mut self, call: &Call<'_, '_>, bytes: &[u8]) -> Result<(), Refused> {
        self.reserve(call, bytes.len())?;
        call.charge(bytes.len() / 16);
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// There was no memory for more.
pub(super) struct Refused;

impl IntoError for Refused {
    fn into_error(self, ctx: crate::object::Context<'_>) -> Error<'_> {
        Error::out_of_memory(ctx)
    }
}
