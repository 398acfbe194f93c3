//! What a derived class and its marks cannot be: each message says what to write.

use fife::UserData;

#[derive(UserData)]
struct Generic<T>(T);

#[derive(UserData)]
struct Borrows<'a> {
    text: &'a str,
}

#[derive(UserData)]
#[lua(name = "Player")]
struct WithoutNamespace;

#[derive(UserData)]
#[lua(title = "app.Player")]
struct UnknownOption;

#[derive(UserData)]
struct UnknownMark {
    #[lua(gett)]
    name: String,
}

#[derive(UserData)]
struct MarkedForNothing {
    #[lua(name = "other")]
    name: String,
}

#[derive(UserData)]
struct WithoutName(#[lua(get)] String);

#[derive(UserData)]
enum Shape {
    Circle(#[lua(get)] f64),
}

#[derive(UserData)]
union Number {
    integer: i64,
    float: f64,
}

#[derive(UserData)]
struct Excluded {
    #[lua(skip, get)]
    name: String,
}

fn main() {}
