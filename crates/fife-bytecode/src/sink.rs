//! Receivers of bytes, for chunks and the texts of numbers.

/// Receives bytes.
pub trait ByteSink {
    /// Adds bytes at the end.
    fn put(&mut self, bytes: &[u8]);
}

impl ByteSink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}
