// The task table: tasks of one machine with tanks, to be paused, continued and dropped.

import { Console } from "./console.js";
import { Machine } from "./fife.js";
import { count, mebibytes, short } from "./numbers.js";
import { scheduler } from "./scheduler.js";

const MEMORY = 16 << 20;

/** How often the table is drawn, in milliseconds. */
const INTERVAL = 200;

/** The most rows: what has ended stays in the table until it is removed. */
const ROWS_MAX = 200;

const SOURCES = {
  counter: "local n = 0\nwhile true do\n  n = n + 1\nend",
  talker: 'local n = 0\nwhile true do\n  n = n + 1\n  print("talker", n)\nend',
  sorter:
    "while true do\n  local list = {}\n  for i = 1, 20000 do\n    list[i] = math.random()\n  end\n  table.sort(list)\nend",
  glutton:
    'local hoard = {}\nwhile true do\n  local ok, why = pcall(function()\n    while true do\n      hoard[#hoard + 1] = ("x"):rep(1000)\n    end\n  end)\n  print("glutton:", why, #hoard)\n  hoard = {}\nend',
};

/** Fuel a second, and what the menu says. */
const RATES = [
  [Infinity, "no limit"],
  [1e7, "10 million"],
  [1e6, "1 million"],
  [1e5, "100,000"],
  [1e4, "10,000"],
];

/** How many seconds' worth a tank takes. */
const TANK_SECONDS = 0.5;

const STATES = {
  running: "running",
  thirsty: "waits for fuel",
  paused: "paused",
  finished: "finished",
  failed: "failed",
  dropped: "dropped",
};

export function tasks(panel) {
  const body = panel.querySelector("tbody");
  const none = panel.querySelector(".none");
  const said = panel.querySelector(".said");
  const meter = panel.querySelector("meter");
  const output = panel.querySelector("output");
  const log = new Console(panel.querySelector(".console"));
  const rows = new Set();
  let opening = null;
  let machine = null;
  let made = 0;
  let shownAt = 0;

  const open = async () => {
    if (machine?.failure) {
      opening = null;
    }
    opening ??= Machine.open({ memory: MEMORY });
    try {
      const opened = await opening;
      if (machine !== opened) {
        machine = opened;
        scheduler.connect(machine, 0, log);
      }
    } catch (error) {
      opening = null;
      throw error;
    }
  };

  const button = (text, action) => {
    const it = document.createElement("button");
    Object.assign(it, { type: "button", textContent: text });
    it.addEventListener("click", action);
    return it;
  };

  const ended = (job) => {
    if (job.report) {
      const node = document.createElement("div");
      node.textContent = `${job.title}: ${job.report.message}`;
      log.add("error", node);
    }
    show(true);
  };

  /** Says why no task was started; nothing, with "". */
  const say = (text) => {
    said.textContent = text;
  };

  const add = async (kind) => {
    let job;
    const title = `${kind} ${made + 1}`;
    try {
      await open();
      if (rows.size >= ROWS_MAX) {
        say(`There are ${ROWS_MAX} tasks, which is all that this table shows. Drop or remove one to start another.`);
        return;
      }
      job = scheduler.start(machine, kind, SOURCES[kind], { title, onend: ended });
    } catch (error) {
      say(`No task was started: ${error.message}.`);
      return;
    }
    made += 1;
    say("");
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = title;
    row.append(head);
    const [state, place, fuel, lines, rateCell, tankCell, actions] = Array.from({ length: 7 }, () => row.insertCell());
    const rate = document.createElement("select");
    rate.setAttribute("aria-label", `Fuel a second for ${title}`);
    rate.append(...RATES.map(([number, text]) => new Option(text, number)));
    rate.addEventListener("change", () => {
      const units = Number(rate.value);
      job.limit(Number.isFinite(units) ? { rate: units, cap: units * TANK_SECONDS } : null);
    });
    rateCell.append(rate);
    const tank = document.createElement("meter");
    tank.setAttribute("aria-label", `Tank of ${title}`);
    tankCell.append(tank);
    const pause = button("Pause", () => {
      if (job.state === "paused") {
        job.resume();
      } else {
        job.pause();
      }
      show(true);
    });
    const drop = button("Drop", () => {
      job.drop();
      rows.delete(entry);
      // The keyboard goes on with what comes next, not from the top of the page.
      const next = row.nextElementSibling ?? row.previousElementSibling;
      (next?.querySelector(".actions button:last-child") ?? panel.querySelector("[data-start]")).focus({ preventScroll: true });
      row.remove();
      say("");
      show(true);
    });
    actions.className = "actions";
    actions.append(pause, drop);
    const entry = { job, row, state, place, fuel, lines, rate, tank, pause, drop };
    rows.add(entry);
    // With the next frame: it looks at all rows.
    shownAt = 0;
  };

  /** Sets what has changed: the browser looks anew at all that is set. */
  const set = (element, name, value) => {
    if (element[name] !== value) {
      element[name] = value;
    }
  };

  /** Says on a button what it does, and to which of two hundred tasks. */
  const name = (element, text, job) => {
    set(element, "textContent", text);
    set(element, "ariaLabel", `${text} ${job.title}`);
  };

  const show = (isForced = false) => {
    const now = performance.now();
    if (!machine || (!isForced && now - shownAt < INTERVAL)) {
      return;
    }
    shownAt = now;
    none.hidden = rows.size > 0;
    for (const { job, row, state, place, fuel, lines, rate, tank, pause, drop } of rows) {
      job.note();
      if (!job.isOver) {
        set(place, "textContent", machine.place(job.number));
      }
      const left = job.tank && !job.isOver ? machine.tank(job.number) : NaN;
      const isThirsty = job.state === "running" && left <= 0;
      set(row.dataset, "state", isThirsty ? "thirsty" : job.state);
      set(state, "textContent", STATES[row.dataset.state]);
      set(fuel, "textContent", short(job.fuelUsed));
      set(lines, "textContent", count(job.lines));
      set(tank, "hidden", Number.isNaN(left));
      if (!tank.hidden) {
        Object.assign(tank, { max: job.tank.cap, value: Math.max(left, 0) });
      }
      name(pause, job.state === "paused" ? "Resume" : "Pause", job);
      set(pause, "disabled", job.isOver);
      set(rate, "disabled", job.isOver);
      name(drop, job.isOver ? "Remove" : "Drop", job);
    }
    const { held, limit } = machine.memory();
    meter.value = held / limit;
    output.textContent = `${mebibytes(held)} of ${mebibytes(limit)}`;
  };

  for (const it of panel.querySelectorAll("[data-start]")) {
    it.addEventListener("click", () => add(it.dataset.start));
  }
  scheduler.listeners.add(() => show());
}
