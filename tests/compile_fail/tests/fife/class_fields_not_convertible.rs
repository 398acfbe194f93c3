//! Fields that scripts read are cloned and converted to Lua values; those that they set are converted from Lua values.

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
