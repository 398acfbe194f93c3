//! A class by derive and a block of methods: scripts get a vector type from the host.

#![forbid(unsafe_code)]

use fife::prelude::*;

#[derive(Clone, UserData)]
#[lua(name = "example.Vector")]
struct Vector {
    #[lua(get, set)]
    x: f64,
    #[lua(get, set)]
    y: f64,
    /// Hidden from scripts: it has no mark.
    #[allow(dead_code)]
    tag: u8,
}

#[fife::methods]
impl Vector {
    pub fn new(x: f64, y: f64) -> Self {
        Vector { x, y, tag: 0 }
    }

    /// A computed field.
    #[lua(getter)]
    pub fn length(&self) -> f64 {
        self.x.hypot(self.y)
    }

    pub fn scale(&mut self, by: f64) -> Result<(), String> {
        if !by.is_finite() {
            return Err(format!("a vector cannot be scaled by {by}"));
        }
        (self.x, self.y) = (self.x * by, self.y * by);
        Ok(())
    }

    /// Changes one vector and reads another, so they must not be the same.
    pub fn add(&mut self, other: Ref<Vector>) -> Result<()> {
        let other = other.with(Vector::clone)?;
        (self.x, self.y) = (self.x + other.x, self.y + other.y);
        Ok(())
    }

    #[lua(meta)]
    pub fn __add(&self, other: Ref<Vector>) -> Result<Vector> {
        other.with(|other| Vector::new(self.x + other.x, self.y + other.y))
    }

    #[lua(meta)]
    pub fn __tostring(&self) -> String {
        format!("({}, {})", self.x, self.y)
    }

    #[lua(meta)]
    pub fn __close(&mut self, _error: Value) {
        println!("{self:?} leaves its scope");
    }
}

impl std::fmt::Debug for Vector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vector({}, {})", self.x, self.y)
    }
}

fn main() -> Result<()> {
    let mut lua = Lua::builder()
        .limits(Limits::untrusted())
        .output(|text| print!("{}", String::from_utf8_lossy(text)))
        .build()?;
    lua.globals().set_class::<Vector>(&lua)?;

    lua.load(
        r#"
        local v = Vector.new(1, 2) + Vector.new(2, 2)
        print(v, v.length, v.tag)
        v:scale(2)
        v.y = 0
        do
            local copy <close> = v + v
        end
        print(v)
        "#,
    )
    .name("=vectors")
    .exec()?;

    for mistake in [
        "Vector.new(1, 2).scale(5)",
        "Vector.new(1, 2):scale('much')",
        "Vector.new(1, 2):scale(1 / 0)",
        "local v = Vector.new(1, 2) v:add(v)",
        "Vector.new(1, 2).length = 3",
        "Vector.new = nil",
    ] {
        println!("{}", lua.load(mistake).name("=mistake").exec().unwrap_err());
    }

    // Values made by a script are the host's type.
    let made: Ref<Vector> = lua.load("return Vector.new(3, 4)").eval()?;
    println!("{:?}", made.with(Vector::clone)?);
    Ok(())
}
