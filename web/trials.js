// Hostile scripts, each with a button and a machine of its own.

import { Console, showError } from "./console.js";
import { Machine, reader } from "./fife.js";
import { colour } from "./highlight.js";
import { duration, mebibytes } from "./numbers.js";
import { takeLongestFrame } from "./pulse.js";
import { scheduler } from "./scheduler.js";

const MEMORY = 32 << 20;

/** How long a script may run, in milliseconds. */
const PATIENCE = 8000;

const TRIALS = [
  ["memory", "A memory bomb", 'local s = "x"\nwhile true do\n  s = s .. s\nend'],
  ["tables", "Tables without end", "local t = {}\nwhile true do\n  t = {t, {}, {}}\nend"],
  ["pattern", "A pattern that backtracks", 'local s = ("a"):rep(30000)\ns:find(".-.-.-.-b$")'],
  ["catch", "Catching everything", "while true do\n  pcall(function()\n    while true do end\n  end)\nend"],
  ["recursion", "Endless recursion", "local function f(n)\n  return 1 + f(n + 1)\nend\nf(1)"],
  ["flood", "A flood of output", 'repeat\n  print("x")\nuntil false'],
  ["sort", "A comparison that lies", "local t = {}\nfor i = 1, 100000 do\n  t[i] = i\nend\ntable.sort(t, function() return true end)"],
  ["finalizer", "A finalizer that never ends", "setmetatable({}, {\n  __gc = function() while true do end end,\n})\ncollectgarbage()"],
  ["coroutines", "Coroutines by the thousand", "local all = {}\nwhile true do\n  all[#all + 1] = coroutine.wrap(print)\nend"],
  ["source", "Source without end", 'load(("("):rep(200000) .. "1")\nreturn load(("x = x + "):rep(30000) .. "1")'],
];

/** Puts them on a panel, with a pause after each. */
export async function trials(panel, pause) {
  for (const [key, title, source] of TRIALS) {
    panel.append(trial(key, title, source));
    await pause();
  }
}

function trial(key, title, source) {
  const card = document.createElement("article");
  card.className = "trial";
  card.dataset.trial = key;
  const head = document.createElement("h3");
  head.textContent = title;
  const run = document.createElement("button");
  run.type = "button";
  const name = (text) => Object.assign(run, { textContent: text, ariaLabel: `${text}: ${title}` });
  name("Run");
  const bar = document.createElement("header");
  bar.append(head, run);
  const pre = document.createElement("pre");
  pre.className = "lua";
  const code = document.createElement("code");
  code.textContent = source;
  pre.append(code);
  const log = document.createElement("div");
  log.className = "console is-empty";
  log.tabIndex = 0;
  log.setAttribute("role", "log");
  log.setAttribute("aria-label", `${title}: output`);
  const verdict = document.createElement("p");
  verdict.className = "verdict";
  verdict.setAttribute("role", "status");
  card.append(bar, pre, log, verdict);
  colour(code);

  const view = new Console(log);
  let job = null;
  let isStarting = false;
  run.addEventListener("click", async () => {
    if (job || isStarting) {
      job?.drop();
      return;
    }
    isStarting = true;
    view.clear();
    verdict.textContent = "Running…";
    let machine;
    try {
      machine = await Machine.open({ memory: MEMORY });
    } catch (error) {
      verdict.textContent = `Not started: ${error.message}.`;
      return;
    } finally {
      isStarting = false;
    }
    scheduler.connect(machine, 0, view);
    takeLongestFrame();
    let timer = 0;
    const onend = async (ended) => {
      clearTimeout(timer);
      job = null;
      view.isBusy = false;
      name("Run");
      const passed = performance.now() - ended.startedAt;
      const how = { finished: "Returned", failed: "Stopped by an error", dropped: "Dropped" }[ended.state];
      const { peak } = machine.memory();
      const pause = takeLongestFrame();
      verdict.textContent = `${how} after ${duration(passed)}. At most ${mebibytes(peak)} held. Longest frame: ${duration(pause)}.`;
      card.dataset.state = ended.state;
      if (ended.report) {
        const instance = await reader();
        view.add("error", await showError({ ...ended.report, traceback: [] }, source, (text) => instance.tokens(text)), 3);
      }
      // The machine goes, with all its memory.
      scheduler.disconnect(machine);
    };
    job = scheduler.start(machine, key, source, { title, onend });
    timer = setTimeout(() => job?.drop(), PATIENCE);
    name("Drop");
    view.isBusy = true;
  });
  return card;
}
