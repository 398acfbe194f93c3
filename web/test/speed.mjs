// Fife's module beside wasmoon (PUC-Rio Lua, by Emscripten) in one run: node test/speed.mjs
//
// CPU time of the process, the best of ten rounds; the first rounds of each are left out, in which the engine compiles.

import { LuaFactory } from "wasmoon";
import { Machine, Turn } from "../fife.js";
import { wasm } from "./wasm.mjs";

const PROGRAMS = {
  "fib(27)": `
    local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
    return fib(27)`,
  mixed: `
    local list, seed = {}, 42
    for i = 1, 100000 do seed = (seed * 1103515245 + 12345) % 2147483648 list[i] = seed end
    table.sort(list)
    local parts = {}
    for i = 1, 20000 do parts[i] = string.format("%d:%s", i, list[i]) end
    local text, count = table.concat(parts, " "), 0
    for word in text:gmatch("%d+:%d+") do count = count + #word end
    local Point = {} Point.__index = Point
    function Point.new(x, y) return setmetatable({x = x, y = y}, Point) end
    function Point:sum() return self.x + self.y end
    local sum = 0
    for i = 1, 100000 do sum = sum + Point.new(i, 1):sum() end
    return count, sum`,
};

/** The fuel of a turn, as the pages have it: see scheduler.js. */
const FUEL = 16384;

const ROUNDS = 14;
const WARM = 4;

/** Milliseconds of CPU time that something takes. */
async function timed(run) {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function best(run) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await timed(run));
  }
  return Math.min(...times.slice(WARM));
}

const machine = await Machine.open({ module: await wasm() });
const lua = await new LuaFactory().createEngine();

function runFife(source) {
  const job = machine.start("speed", source);
  for (;;) {
    const turn = machine.step(job, FUEL);
    if (turn >= Turn.FINISHED) {
      const error = machine.report(job);
      machine.drop(job);
      if (turn !== Turn.FINISHED) {
        throw new Error(error?.message ?? `turn ${turn}`);
      }
      return machine.output(0).map(([, text]) => text).join("");
    }
  }
}

let isSlower = false;
const same = async (source) => [runFife(source).trim(), String(await lua.doString(source))];
console.log(`${"program".padEnd(10)} ${"Fife".padStart(10)} ${"wasmoon".padStart(10)}`);
for (const [name, source] of Object.entries(PROGRAMS)) {
  const [fife, wasmoon] = await same(source);
  if (fife.split(", ")[0] !== wasmoon.split(",")[0]) {
    throw new Error(`${name}: ${fife} and ${wasmoon}`);
  }
  const mine = await best(() => runFife(source));
  const theirs = await best(() => lua.doString(source));
  console.log(`${name.padEnd(10)} ${mine.toFixed(1).padStart(7)} ms ${theirs.toFixed(1).padStart(7)} ms`);
  isSlower ||= mine > theirs;
}
process.exitCode = isSlower ? 1 : 0;
console.log(isSlower ? "FAILED: slower than wasmoon" : "passed: at least as fast as wasmoon");
