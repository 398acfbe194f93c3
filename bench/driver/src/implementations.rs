//! What is compared, and how each is built: as a package on its own, with flags that are set here and printed.
//!
//! The repository's `.cargo/config.toml` has flags for Fife's own loop. Cargo would pass them to every build below that
//! folder, so each build gets its flags through the environment, which overrides the file.

use crate::Result;
use crate::options::bench_folder;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One implementation as it is built and run.
pub(crate) struct Implementation {
    pub(crate) name: &'static str,
    /// What it is, for tables.
    pub(crate) title: &'static str,
    /// The folder to build in, from `bench`.
    folder: &'static str,
    /// Of cargo, after `build --release`.
    arguments: &'static [&'static str],
    binary: &'static str,
    /// Whether rustc gets the flags of the repository's `.cargo/config.toml`.
    has_repository_flags: bool,
    /// For what cargo builds of C and C++.
    build_environment: &'static [(&'static str, &'static str)],
    run_environment: &'static [(&'static str, &'static str)],
    /// The packages of its lock file whose versions say what it is.
    versions: &'static [&'static str],
}

/// The implementation that all others are compared with.
pub(crate) const BASE: &str = "puc54";

/// Fife with the repository's flags and a known hash seed, to count instructions of.
pub(crate) const COUNTED: Implementation = Implementation {
    name: "fife-counted",
    title: "Fife, with a known hash seed",
    folder: "implementations/fife",
    arguments: &[],
    binary: "bench-fife",
    has_repository_flags: true,
    build_environment: &[],
    run_environment: &[("BENCH_HASH_SEED", "1")],
    versions: &[],
};

const NDEBUG: (&str, &str) = ("LUAU_CXXFLAGS", "-DNDEBUG");

pub(crate) const ALL: [Implementation; 7] = [
    Implementation {
        name: BASE,
        title: "PUC-Rio Lua 5.4",
        folder: "implementations/puc54",
        arguments: &[],
        binary: "bench-puc54",
        has_repository_flags: false,
        build_environment: &[],
        run_environment: &[],
        versions: &["lua-src", "mlua"],
    },
    Implementation {
        name: "fife",
        title: "Fife, the command as the repository builds it",
        folder: "..",
        arguments: &["-p", "fife-cli"],
        binary: "fife",
        has_repository_flags: true,
        build_environment: &[],
        run_environment: &[],
        versions: &["fife"],
    },
    Implementation {
        name: "fife-plain",
        title: "Fife, a dependency without LLVM's options",
        folder: "implementations/fife",
        arguments: &[],
        binary: "bench-fife",
        has_repository_flags: false,
        build_environment: &[],
        run_environment: &[],
        versions: &["fife"],
    },
    Implementation {
        name: "luau",
        title: "Luau -O2, sandboxed, no native code",
        folder: "implementations/luau",
        arguments: &[],
        binary: "bench-luau",
        has_repository_flags: false,
        // Without it the C++ keeps its assertions, which cost it 10 to 45 per cent.
        build_environment: &[NDEBUG],
        run_environment: &[],
        versions: &["luau0-src", "mlua"],
    },
    Implementation {
        name: "luajit",
        title: "LuaJIT, JIT off",
        folder: "implementations/luajit",
        arguments: &[],
        binary: "bench-luajit",
        has_repository_flags: false,
        build_environment: &[],
        run_environment: &[("BENCH_NO_JIT", "1")],
        versions: &["luajit-src", "mlua"],
    },
    Implementation {
        name: "luajit-jit",
        title: "LuaJIT, JIT on",
        folder: "implementations/luajit",
        arguments: &[],
        binary: "bench-luajit",
        has_repository_flags: false,
        build_environment: &[],
        run_environment: &[],
        versions: &["luajit-src", "mlua"],
    },
    Implementation {
        name: "luars",
        title: "luars",
        folder: "implementations/luars",
        arguments: &[],
        binary: "bench-luars",
        has_repository_flags: false,
        build_environment: &[],
        run_environment: &[],
        versions: &["luars"],
    },
];

/// An implementation that is built and can run programs.
pub(crate) struct Built {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) version: String,
    pub(crate) program: PathBuf,
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

impl Implementation {
    /// Builds it with cargo and prints the flags it has. An error says why it cannot be built here.
    pub(crate) fn build(&self) -> Result<Built> {
        let folder = bench_folder().join(self.folder);
        // One target folder for each set of flags, so that nothing is built twice when they take turns.
        let kind = if self.has_repository_flags { "repository-flags" } else { "no-flags" };
        let target = bench_folder().join("target").join(kind);
        let flags = if self.has_repository_flags { repository_flags()? } else { Vec::new() };
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["build", "--release"]).args(self.arguments).current_dir(&folder);
        cargo.env("CARGO_TARGET_DIR", &target).env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        for name in ["RUSTFLAGS", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS"] {
            cargo.env_remove(name);
        }
        for (name, value) in self.build_environment {
            cargo.env(name, value);
        }
        let version = self.version()?;
        let show = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(" ") };
        let environment: Vec<String> =
            self.build_environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
        println!("{}: {} ({version})", self.name, self.title);
        println!("  cargo build --release {}", self.arguments.join(" "));
        println!("  profile: {}", profile(&folder.join("Cargo.toml"))?);
        println!("  RUSTFLAGS: {}", show(&flags));
        println!("  environment of C and C++: {}", show(&environment));
        let output = cargo.stdin(Stdio::null()).output().map_err(|error| format!("cargo does not run: {error}"))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let line = text.lines().find(|line| line.starts_with("error")).unwrap_or("cargo failed");
            return Err(line.to_owned().into());
        }
        let program = target.join("release").join(self.binary);
        Ok(Built { name: self.name, title: self.title, version, program, environment: self.run_environment })
    }

    /// The versions of what it is made of, from its lock file; of Fife, the commit.
    fn version(&self) -> Result<String> {
        if self.versions == ["fife"] || self.versions.is_empty() {
            let git =
                Command::new("git").args(["describe", "--always", "--dirty"]).current_dir(bench_folder()).output();
            return Ok(git.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned()));
        }
        let lock = std::fs::read_to_string(bench_folder().join(self.folder).join("Cargo.lock"))?;
        let version = |package: &str| {
            let start = format!("name = \"{package}\"\nversion = \"");
            let rest = &lock[lock.find(&start)? + start.len()..];
            Some(format!("{package} {}", &rest[..rest.find('"')?]))
        };
        Ok(self.versions.iter().filter_map(|package| version(package)).collect::<Vec<_>>().join(", "))
    }
}

/// Builds what was asked for, the base first. What cannot be built here is said to be skipped, with the reason.
pub(crate) fn build(names: &[String]) -> Result<Vec<Built>> {
    if let Some(unknown) = names.iter().find(|name| !ALL.iter().any(|implementation| implementation.name == **name)) {
        return Err(format!("no implementation is called {unknown:?}").into());
    }
    for tool in ["rustc", "cargo", "cc"] {
        println!("{tool}: {}", first_line(tool, "--version").as_deref().unwrap_or("not there"));
    }
    let mut built = Vec::new();
    for implementation in &ALL {
        if !names.is_empty() && implementation.name != BASE && !names.iter().any(|name| name == implementation.name) {
            continue;
        }
        match implementation.build() {
            Ok(done) => built.push(done),
            Err(error) if implementation.name == BASE => return Err(format!("{BASE}: {error}").into()),
            Err(error) => println!("{}: SKIPPED: {error}", implementation.name),
        }
    }
    Ok(built)
}

/// What a manifest says of the release profile, in a line.
fn profile(manifest: &Path) -> Result<String> {
    let text = std::fs::read_to_string(manifest)?;
    let (_, rest) = text.split_once("[profile.release]\n").unwrap_or_default();
    Ok(rest.lines().take_while(|line| line.contains(" = ")).collect::<Vec<_>>().join(", "))
}

/// The flags of the repository's `.cargo/config.toml`.
fn repository_flags() -> Result<Vec<String>> {
    let text = std::fs::read_to_string(bench_folder().join("../.cargo/config.toml"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("rustflags = "))
        .ok_or(".cargo/config.toml has no line of rustflags")?;
    let inside = line.trim().trim_start_matches('[').trim_end_matches(']');
    Ok(inside.split(',').map(|flag| flag.trim().trim_matches('"').to_owned()).collect())
}

/// The first line that a command prints with one argument, if it can be run.
pub(crate) fn first_line(command: &str, argument: &str) -> Option<String> {
    let output = Command::new(command).arg(argument).stdin(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}
