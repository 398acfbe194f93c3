//! Arguments and results of a method are converted, like those of a function.

use fife::UserData;

struct Plain;

#[derive(UserData)]
struct Player;

#[fife::methods]
impl Player {
    pub fn takes(&self, plain: Plain) {}
    pub fn gives(&self) -> Plain {
        Plain
    }
}

fn main() {}
