//! What a host allows a VM.

/// The limits of one VM. Each has an error, except fuel, which suspends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes held, or none for no limit. Error: `not enough memory`.
    pub memory: Option<usize>,
    /// The most slots of one thread's value stack. Error: `stack overflow`.
    pub stack_slots: usize,
    /// The most activations of one thread. Error: `stack overflow`.
    pub call_depth: usize,
    /// The most coroutines that run within one another, each resumed by the one before. Error: `C stack overflow`, as in
    /// PUC-Rio Lua, whose limit is about 200.
    pub coroutine_depth: usize,
    /// The most bytes of one chunk, text or binary. Error from `load`: `chunk is too long`.
    pub source_bytes: usize,
    /// Whether binary chunks, made by `string.dump`, may be loaded; or nothing, for only where all libraries are open. They
    /// are verified, and cannot do what a script cannot, but they show whoever writes them far more of Fife than Lua does.
    /// Error from `load`: `attempt to load a binary chunk`.
    pub binary_chunks: Option<bool>,
}

impl Default for Limits {
    /// For trusted scripts: no limit on memory, PUC-Rio Lua's 1,000,000 stack slots, 200,000 activations, 10,000
    /// coroutines within one another, source text of up to 1 GiB.
    fn default() -> Limits {
        Limits {
            memory: None,
            stack_slots: 1_000_000,
            call_depth: 200_000,
            coroutine_depth: 10_000,
            source_bytes: 1 << 30,
            binary_chunks: None,
        }
    }
}
