//! The contents of the standard library, as a script finds them.

use fife::{Libraries, Lua};
use std::collections::BTreeSet;

/// The functions of the library: `name` for a global one, `library.name`, and `file:name` for methods of files.
pub(crate) fn library_functions() -> BTreeSet<String> {
    let source = b"
        local names = {}
        local function add(prefix, library)
          for name, value in pairs(library) do
            if type(value) == 'function' then names[#names + 1] = prefix .. name end
          end
        end
        add('', _G)
        for name, library in pairs(_G) do
          if type(library) == 'table' and library ~= _G then add(name .. '.', library) end
        end
        add('file:', getmetatable(io.stdout).__index)
        return table.concat(names, ' ')";
    let mut lua = Lua::builder().libraries(Libraries::ALL).build().unwrap();
    let names: String = lua.load(source).name("=names").call(()).expect("the chunk runs");
    let names: BTreeSet<String> = names.split(' ').map(str::to_owned).collect();
    assert!(names.len() > 100, "the libraries are open: {names:?}");
    names
}
