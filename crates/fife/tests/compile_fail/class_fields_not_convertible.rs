//! Fields that scripts read are cloned and become values of Lua; those that they set are made of such.

use fife::UserData;

struct Plain;

#[derive(UserData)]
struct Reads {
    #[lua(get)]
    plain: Plain,
}

#[derive(UserData)]
struct Sets {
    #[lua(set)]
    plain: Plain,
}

fn main() {}
