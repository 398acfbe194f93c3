// The playground: an editor, a console, and links that carry the program.

import { Console, showError } from "./console.js";
import { makeEditor } from "./editor.js";
import { EXAMPLES } from "./examples.js";
import { Machine, reader, SOURCE_MAX } from "./fife.js";
import { count, duration, mebibytes, short } from "./numbers.js";
import { showPulse } from "./pulse.js";
import { scheduler } from "./scheduler.js";
import { fromFragment, toFragment } from "./share.js";

const NAME = "main.lua";

/** How often the gauges are drawn, in milliseconds. */
const INTERVAL = 120;

const at = (id) => document.getElementById(id);
const view = new Console(at("output"));
let editor = null;
let machine = null;
let job = null;
let startedAt = 0;
let shownAt = 0;
let isStarting = false;

function say(text) {
  at("said").textContent = text;
}

function show(isForced = false) {
  const now = performance.now();
  if (!machine || (!isForced && now - shownAt < INTERVAL)) {
    return;
  }
  shownAt = now;
  if (job) {
    job.note();
    at("fuel").textContent = short(job.fuelUsed);
    at("lines").textContent = count(job.lines);
    at("time").textContent = duration(now - startedAt);
  }
  const { held, limit } = machine.memory();
  at("held").textContent = `${mebibytes(held)} of ${Math.round(limit / 2 ** 20)}`;
  at("run").disabled = isStarting;
  at("stop").disabled = job === null;
  document.body.dataset.state = at("state").textContent;
}

async function run() {
  if (isStarting) {
    return;
  }
  isStarting = true;
  job?.drop();
  if (machine) {
    scheduler.disconnect(machine);
  }
  view.clear();
  editor.mark(null);
  const source = editor.text;
  // A machine for each run: nothing of the last one is left, its memory neither.
  machine = await Machine.open({ memory: Number(at("memory").value) << 20 });
  scheduler.connect(machine, 0, view);
  startedAt = performance.now();
  isStarting = false;
  try {
    at("state").textContent = "running";
    job = scheduler.start(machine, NAME, source, { title: NAME, onend: (ended) => finish(ended, source) });
  } catch (error) {
    if (!error.report) {
      throw error;
    }
    at("state").textContent = "not started";
    await fail(error.report, source);
  }
  at("stop").textContent = "Stop";
  show(true);
}

async function finish(ended, source) {
  at("state").textContent = ended.state;
  show(true);
  job = null;
  show(true);
  if (ended.state === "failed") {
    await fail(ended.report, source);
  }
}

async function fail(report, source) {
  const instance = await reader();
  const own = report.chunk === NAME ? source : undefined;
  view.add("error", await showError(report, own, (text) => instance.tokens(text)), 3);
  if (own !== undefined) {
    editor.mark(report);
  }
}

/** Interrupts; drops what catches that. */
function stop() {
  if (!job) {
    return;
  }
  const stopped = job;
  stopped.interrupt();
  setTimeout(() => {
    if (job === stopped) {
      stopped.drop();
      say("The program caught the interrupt, and was dropped.");
    }
  }, 300);
}

async function share() {
  const text = editor.text;
  if (new TextEncoder().encode(text).length > SOURCE_MAX) {
    say("The program is too long for a link.");
    return;
  }
  history.replaceState(null, "", `#${await toFragment(text)}`);
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied. It holds the whole program; nothing was sent anywhere.");
  } catch {
    say("The link is in the address bar. It holds the whole program.");
  }
}

/** The program of the address, or none. */
async function linked() {
  try {
    return await fromFragment(location.hash);
  } catch {
    say("The link is damaged.");
    return null;
  }
}

async function start() {
  showPulse(document.querySelector(".pulse"));
  const shared = await linked();
  editor = await makeEditor(at("editor"), { text: shared ?? EXAMPLES[0][1], onrun: run });
  at("example").append(...EXAMPLES.map(([name], index) => new Option(name, index)));
  at("example").addEventListener("change", (event) => {
    const example = EXAMPLES[event.target.value];
    if (example) {
      editor.text = example[1];
      history.replaceState(null, "", location.pathname);
      event.target.value = "";
      editor.focus();
    }
  });
  at("run").addEventListener("click", run);
  at("stop").addEventListener("click", stop);
  at("share").addEventListener("click", share);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && job) {
      event.preventDefault();
      stop();
    }
  });
  addEventListener("hashchange", async () => {
    const program = await linked();
    if (program !== null) {
      editor.text = program;
      await run();
    }
  });
  scheduler.listeners.add(() => show());
  document.body.dataset.ready = "true";
  // A link runs when it is opened: it can do no harm.
  if (shared !== null) {
    await run();
  }
}

start();
