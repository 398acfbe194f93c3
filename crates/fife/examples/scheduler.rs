//! A thousand tasks share one thread by weight: an important one gets four times as much as one that can wait. No task
//! gives up its turn; some end by themselves, some by their budget.

#![forbid(unsafe_code)]

use fife::{ErrorKind, Function, Lua, Result, Share, Tasks};
use std::collections::BTreeMap;

/// The scripts count for as long as they may.
const WORK: &str =
    "function(name) done[name] = 0 while done[name] < 20000 do done[name] = done[name] + 1 end return name end";

const WEIGHTS: [u32; 3] = [1, 2, 4];

fn main() -> Result<()> {
    let mut lua = Lua::new();
    lua.load("done = {}").exec()?;
    let work: Function = lua.load(WORK).eval()?;

    let mut tasks = Tasks::new();
    let mut weights = BTreeMap::new();
    for number in 0..1_000_i64 {
        let weight = WEIGHTS[number as usize % 3];
        // Every tenth has a budget.
        let budget = (number % 10 == 9).then_some(50_000);
        let id = tasks.spawn_with(work.start(&lua, number)?, Share { weight, budget, ..Share::default() });
        weights.insert(id, weight);
    }

    let (mut returned, mut stopped) = (0, 0);
    let mut order: Vec<u32> = Vec::new();
    while !tasks.is_empty() {
        // Half a million units at a time: a millisecond or two.
        for (id, end) in tasks.turn(&mut lua, 500_000).ended {
            match end {
                Ok(_) if returned == 0 => {
                    println!("when the first returns:");
                    show(&mut lua)?;
                    returned += 1;
                }
                Ok(_) => returned += 1,
                Err(error) if error.kind() == ErrorKind::Fuel => {
                    stopped += 1;
                    continue;
                }
                Err(error) => return Err(error),
            }
            order.extend(weights.get(&id));
        }
    }
    println!("{returned} returned, {stopped} used up their budgets");
    order.dedup();
    println!("they returned in the order of their weights: {order:?}");
    Ok(())
}

/// Prints how far the tasks without a budget have counted.
fn show(lua: &mut Lua) -> Result<()> {
    let done: Vec<i64> = lua.load("local t = {} for i = 0, 999 do t[i + 1] = done[i] end return t").eval()?;
    for (place, weight) in WEIGHTS.into_iter().enumerate() {
        let rounds = || (0..1000).filter(|n| n % 3 == place && n % 10 != 9).map(|n| done[n]);
        let (least, most) = (rounds().min().unwrap_or(0), rounds().max().unwrap_or(0));
        println!("weight {weight}: {} tasks, each {least} to {most} rounds", rounds().count());
    }
    Ok(())
}
