// The module in node, as the pages use it: node test/machine.mjs
//
// Needs nothing but node (20 or later) and what `cargo xtask web build` made.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { Machine, Turn } from "../fife.js";
import { wasm } from "./wasm.mjs";

const module = await wasm();

/** Runs a source to its end, and returns what it wrote and its error. */
function run(machine, source, fuel = 16384) {
  const job = machine.start("test", source);
  for (let turns = 0; turns < 1e6; turns += 1) {
    const turn = machine.step(job, fuel);
    if (turn >= Turn.FINISHED) {
      const report = machine.report(job);
      machine.drop(job);
      return { turn, report, text: machine.output(0).map(([, text]) => text).join("") };
    }
  }
  throw new Error("no end");
}

test("the module imports nothing", () => {
  assert.deepEqual(WebAssembly.Module.imports(module), []);
});

test("steps make as many turns of a loop as the book says", async () => {
  const page = await readFile(new URL("../../book/fuel.md", import.meta.url), "utf8");
  const price = Number(/A turn of `while true do i = i \+ 1 end` with a global `i` costs (\d+) units/.exec(page)[1]);
  const machine = await Machine.open({ module });
  run(machine, "i = 0");
  const job = machine.start("loop", "while true do i = i + 1 end");
  machine.step(job, 8192);
  let last = Number(run(machine, "i").text);
  for (let step = 0; step < 100; step += 1) {
    assert.equal(machine.step(job, 8192), Turn.READY);
    const now = Number(run(machine, "i").text);
    assert.ok(Math.abs(now - last - 8192 / price) <= 1, `${now - last} turns at a price of ${price}`);
    last = now;
  }
});

test("values, errors and texts of any kind go through", async () => {
  const machine = await Machine.open({ module });
  // Before anything else ran: pointers take half of a payload here, and the other half is to be the same in two slots.
  assert.equal(run(machine, "local function f(key) return type(key) == 'string' end return f('a')").text, "true\n");
  assert.equal(run(machine, "{name = 'Ada', likes = {1}}").text, '{likes = {1}, name = "Ada"}\n');
  assert.equal(run(machine, "'ä€😀', {1, x = 2}").text, '"ä€😀", {1, x = 2}\n');
  const { report } = run(machine, "local t = nil\nreturn t.x");
  assert.deepEqual([report.message, report.line, report.column], ["test:2: attempt to index a nil value (local 't')", 2, 10]);
  assert.throws(() => machine.start("test", "x = = 1"), (error) => error.report.column === 5 && !error.report.isIncomplete);
  assert.equal(machine.check("test", "for i = 1, 2 do").isIncomplete, true);
  assert.equal(machine.check("test", "1 + 1"), null);
  assert.deepEqual([...machine.tokens("x = 'ä'")], [3, 0, 1, 6, 2, 3, 5, 4, 7]);
  assert.throws(() => machine.start("test", "-".repeat(2 ** 20)), RangeError);
});

test("hostile scripts end in an error or stay in their turns", async () => {
  const machine = await Machine.open({ module, memory: 32 << 20 });
  for (const [source, message] of [
    ["local s = 'x' while true do s = s .. s end", "not enough memory"],
    ["local t = {} while true do t = {t, {}, {}} end", "not enough memory"],
    ["local function f() return 1 + f() end f()", "stack overflow"],
    ["string.rep('x', 1 << 40)", "resulting string too large"],
    ["table.unpack({}, 1, 1e9)", "too many results to unpack"],
  ]) {
    assert.match(run(machine, source).report.message, new RegExp(message), source);
  }
  for (const source of [
    "('a'):rep(1e4):find('.-.-.-.-b$')",
    "while true do pcall(error) end",
    "setmetatable({}, {__gc = function() while true do end end}) collectgarbage()",
    "repeat print('x') until false",
  ]) {
    const job = machine.start("hostile", source);
    let longest = 0;
    for (let step = 0; step < 200; step += 1) {
      const before = performance.now();
      assert.equal(machine.step(job, 8192) <= Turn.COLLECTING, true, source);
      longest = Math.max(longest, performance.now() - before);
    }
    machine.drop(job);
    assert.ok(longest < 250, `${source}: a turn of ${longest} ms`);
  }
  assert.equal(run(machine, "'alive'").text.endsWith('"alive"\n'), true);
  const { peak, limit, module: all } = machine.memory();
  assert.ok(peak <= limit + 256 * 1024 && all < limit * 1.5 + (4 << 20), `${peak} of ${limit}, the instance ${all}`);
});

test("machines have different seeds", async () => {
  const values = new Set();
  for (let count = 0; count < 4; count += 1) {
    values.add(run(await Machine.open({ module }), "math.random(0)").text);
  }
  assert.equal(values.size, 4);
});

test("text can be read on what is behind it", async () => {
  const style = await readFile(new URL("../style.css", import.meta.url), "utf8");
  const colours = Object.fromEntries([...style.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, ...both]) => [name, both]));
  const light = (colour) => {
    const [red, green, blue] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // The least contrast of WCAG 2, level AA.
  for (const name of ["ink", "soft", "faint", "accent", "error", "warning", "lua-comment", "lua-word", "lua-number", "lua-string"]) {
    for (const behind of ["paper", "card", "wash"]) {
      for (const theme of [0, 1]) {
        const [low, high] = [colours[name][theme], colours[behind][theme]].map(light).sort((one, other) => one - other);
        const contrast = (high + 0.05) / (low + 0.05);
        assert.ok(contrast >= 4.5, `${name} on ${behind}: ${contrast.toFixed(2)}`);
      }
    }
  }
});

test("finalizers have an end, and their output a name", async () => {
  const machine = await Machine.open({ module });
  run(machine, "local meta = {__gc = function() while true do pcall(function() while true do end end) end end} for i = 1, 2000 do setmetatable({}, meta) end");
  const job = machine.start("test", "setmetatable({}, {__gc = function() print('gone') end}) collectgarbage() return 6 * 7");
  let turns = 0;
  while (machine.step(job, 16384) < Turn.FINISHED) {
    turns += 1;
    assert.ok(turns < 5000);
  }
  const pieces = machine.output(0);
  assert.deepEqual(pieces.map(([kind]) => kind), ["finalizer", "result"]);
  assert.match(pieces[0][1], /finalizers? took too long/);
  assert.equal(pieces[1][1], "42\n");
});
