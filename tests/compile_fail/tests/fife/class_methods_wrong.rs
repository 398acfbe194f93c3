//! What a method of a class cannot be: each message says what to write.

use fife::{Ref, UserData};

#[derive(UserData)]
struct Player;

#[fife::methods]
impl Player {
    pub fn by_value(self) {}
    pub fn borrows(&self, name: &str) {}
    pub fn lends(&self) -> &str {
        ""
    }
    pub fn generic<T>(&self, value: T) {}
    pub fn sized<const N: usize>(&self) {}
    pub fn any(&self, value: impl Into<String>) {}
    pub fn __add(&self, other: Ref<Player>) {}
    #[lua(meta)]
    pub fn __gc(&mut self) {}
    #[lua(meta)]
    pub fn __plus(&self) {}
    #[lua(getter)]
    pub fn rank(&mut self) {}
    #[lua(setter)]
    pub fn set_rank(&self, rank: i64) {}
    #[lua(getter, setter)]
    pub fn both(&self) {}
    #[lua(static)]
    pub fn unknown() {}
    pub unsafe fn harm(&self) {}
    pub async fn waits(&self) {}
}

#[fife::methods]
impl Clone for Player {
    fn clone(&self) -> Self {
        Player
    }
}

#[fife::methods(all)]
impl Player {}

#[fife::methods]
impl Player {
    #[lua(getter)]
    pub const LIVES: u8 = 3;
}

fn main() {}
