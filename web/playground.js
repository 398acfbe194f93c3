// The playground: an editor, a console, and links that carry the program.

import { Console, showError } from "./console.js";
import { makeEditor } from "./editor.js";
import { EXAMPLES } from "./examples.js";
import { Machine, reader, SOURCE_MAX } from "./fife.js";
import { bytes, count, duration, mebibytes, short } from "./numbers.js";
import { showPulse } from "./pulse.js";
import { scheduler } from "./scheduler.js";
import { LinkError, fromFragment, toFragment } from "./share.js";

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
/** The program is to be run again as soon as its last run has begun. */
let isWanted = false;
/** How many links were followed. */
let links = 0;

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
  // Of a machine that failed there is no number.
  at("held").textContent = `${mebibytes(held)} of ${Math.round(limit / 2 ** 20)}`;
  if (job === null && document.activeElement === at("stop")) {
    // A button that cannot be pressed loses the keyboard.
    at("run").focus();
  }
  at("stop").disabled = job === null;
  view.isBusy = job !== null;
  document.body.dataset.state = at("state").textContent;
}

async function run() {
  if (isStarting) {
    isWanted = true;
    return;
  }
  isStarting = true;
  try {
    do {
      isWanted = false;
      await runOnce(editor.text);
    } while (isWanted);
  } finally {
    isStarting = false;
    show(true);
  }
}

async function runOnce(source) {
  job?.drop();
  job = null;
  if (machine) {
    scheduler.disconnect(machine);
    machine = null;
  }
  view.clear();
  editor.mark(null);
  for (const [id, text] of Object.entries({ fuel: "0", lines: "0", time: "–", held: "–" })) {
    at(id).textContent = text;
  }
  try {
    // A machine for each run: nothing of the last one is left, its memory neither.
    const opened = await Machine.open({ memory: Number(at("memory").value) << 20 });
    machine = opened;
    scheduler.connect(opened, 0, view);
    startedAt = performance.now();
    // As it ends it may already have begun another.
    job = scheduler.start(opened, NAME, source, { title: NAME, onend: (ended) => finish(ended, source) });
    at("state").textContent = "running";
    at("stop").textContent = "Stop";
  } catch (error) {
    at("state").textContent = "not started";
    await fail(error.report ?? { message: error.message, chunk: "", line: 0, column: 0, traceback: [] }, source);
  }
}

async function finish(ended, source) {
  if (ended !== job) {
    return;
  }
  at("state").textContent = ended.state;
  show(true);
  job = null;
  show(true);
  if (ended.state === "failed") {
    await fail(ended.report, source);
  } else if (ended.machine.failure) {
    view.add("error", note("The machine failed: this is a bug of Fife, or the browser has no memory for it."));
  }
}

function note(text) {
  const node = document.createElement("div");
  node.textContent = text;
  return node;
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
    say(`The program is too long for a link: ${bytes(SOURCE_MAX)} at most.`);
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
  const root = document.documentElement;
  const cut = Number(root.dataset.linkLength ?? 0);
  delete root.dataset.linkLength;
  try {
    if (cut > 0) {
      // See long-link.js.
      throw LinkError.tooLong(cut);
    }
    return await fromFragment(location.hash);
  } catch (error) {
    if (!(error instanceof LinkError)) {
      throw error;
    }
    say(error.message);
    return null;
  }
}

async function start() {
  showPulse(document.querySelector(".pulse"));
  const shared = await linked();
  editor = await makeEditor(at("editor"), { text: shared ?? EXAMPLES[0][1], onrun: run, say });
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
  document.querySelector(".skip").addEventListener("click", (event) => {
    // Its address would take the place of a link's program.
    event.preventDefault();
    editor.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && job) {
      event.preventDefault();
      stop();
    }
  });
  addEventListener("hashchange", async () => {
    const link = (links += 1);
    say("");
    const program = await linked();
    // Another link may have been followed meanwhile.
    if (program !== null && link === links) {
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

start().catch((error) => say(`The playground cannot start: ${error.message}.`));
