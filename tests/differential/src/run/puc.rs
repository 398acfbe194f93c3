//! Runs a program with PUC-Rio Lua, in this process, in a new state each time.

use super::{OUTPUT_MAX, Outcome, has_hooks, without_addresses};
use fife_generator::{PRELUDE, Program};
use mlua::{Error, Function, HookTriggers, Lua, LuaOptions, StdLib, VmState};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::OnceLock;

/// The instructions between two checks of their count.
const HOOK_EVERY: u32 = 1000;

/// The instructions, in thousands, after which a program counts as endless.
const HOOKS_MAX: usize = 300;

/// The bytes it may hold.
const MEMORY_MAX: usize = 64 << 20;

/// Whether this PUC Lua was compiled to be as compatible with 5.3 as possible.
pub fn is_puc_compatible() -> bool {
    static IS_COMPATIBLE: OnceLock<bool> = OnceLock::new();
    const SOURCE: &str = "return (pcall(function() return setmetatable({}, {__lt = rawequal}) <= {} end))";
    *IS_COMPATIBLE.get_or_init(|| Lua::new().load(SOURCE).eval().unwrap_or(false))
}

/// Runs a program.
pub fn run_puc(program: &Program) -> Outcome {
    let output = Rc::new(RefCell::new(Vec::new()));
    let is_stopped = Rc::new(Cell::new(false));
    match run(program, &output, &is_stopped) {
        Ok(()) => {}
        // The prelude catches a program's errors, but not an error of memory inside the prelude.
        Err(Error::MemoryError(_)) => is_stopped.set(true),
        Err(error) => output.borrow_mut().extend_from_slice(format!("prelude failed: {error}\n").as_bytes()),
    }
    let output = output.take();
    Outcome { output: without_addresses(output), is_stopped: is_stopped.get() }
}

fn run(program: &Program, output: &Rc<RefCell<Vec<u8>>>, is_stopped: &Rc<Cell<bool>>) -> mlua::Result<()> {
    // The default options leave `pcall` and `xpcall` unchanged. SAFETY: of the library functions that take pointers
    // (`debug`, `package`, `load` of binary chunks), programs call only safe ones: generated programs do, and a program
    // given in a file is the user's responsibility.
    let lua = unsafe { Lua::unsafe_new_with(StdLib::ALL, LuaOptions::default()) };
    lua.set_memory_limit(MEMORY_MAX)?;
    let emit = lua.create_function({
        let (output, is_stopped) = (output.clone(), is_stopped.clone());
        move |_, text: mlua::LuaString| {
            let mut output = output.borrow_mut();
            output.extend_from_slice(&text.as_bytes());
            if output.len() > OUTPUT_MAX {
                is_stopped.set(true);
                return Err(Error::runtime("too much output"));
            }
            Ok(())
        }
    })?;
    let harness: Function = lua.load(PRELUDE).set_name("=prelude").call(emit)?;
    if has_hooks(program) {
        // Our hook would interfere. `watch` in `main.rs` handles programs that do not end.
        return harness.call((lua.create_string(&program.source)?, program.is_coroutine));
    }
    let hooks = Cell::new(0);
    let is_stopped = is_stopped.clone();
    lua.set_global_hook(HookTriggers::new().every_nth_instruction(HOOK_EVERY), move |lua, _| {
        hooks.set(hooks.get() + 1);
        if hooks.get() < HOOKS_MAX && !is_stopped.get() {
            return Ok(VmState::Continue);
        }
        // An error in every instruction from now on; otherwise a program could catch them forever.
        is_stopped.set(true);
        lua.set_global_hook(HookTriggers::new().every_nth_instruction(1), |_, _| Err(Error::runtime("stopped")))?;
        Err(Error::runtime("stopped"))
    })?;
    harness.call((lua.create_string(&program.source)?, program.is_coroutine))
}
