// Who runs when: three tasks on one machine, and the schedule as it was in the last moment.

import { Machine } from "./fife.js";
import { count, short } from "./numbers.js";
import { scheduler } from "./scheduler.js";

/** The units of work that the strip shows. */
const SHOWN = 262144;

/** How often the strip is drawn, in milliseconds: slow enough to be looked at. */
const INTERVAL = 250;

const TASKS = ["a", "b", "c"];

const SOURCE = (name) => `${name} = 0\nwhile true do ${name} = ${name} + 1 end`;

export function turns(panel) {
  const [button, slider, units] = ["[data-action=run]", "input", "#turn-units"].map((it) => panel.querySelector(it));
  const canvas = panel.querySelector("canvas");
  const note = panel.querySelector("#turns-note");
  const rows = TASKS.map((name, index) => {
    const row = panel.querySelector("tbody").insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    const chip = document.createElement("span");
    chip.className = `chip chip-${index}`;
    head.append(chip, `Task ${name}`);
    row.append(head);
    return [0, 1, 2].map(() => {
      const cell = row.insertCell();
      cell.textContent = "–";
      return cell;
    });
  });

  let machine = null;
  let jobs = [];
  let isStarting = false;
  /** The last turns, the newest at the end: a task and the units it used. */
  let log = [];
  let logged = 0;
  let loggedBefore = 0;
  let shownAt = 0;
  let before = [];

  const fuel = () => 2 ** Number(slider.value);

  const took = (index) => (job) => {
    const used = machine.fuelUsed(job.number);
    const last = log.at(-1);
    // Turns of one task one after the other are one stretch of the strip.
    if (last?.[0] === index) {
      last[1] += used - job.seen;
    } else {
      log.push([index, used - job.seen]);
    }
    job.longest = Math.max(job.longest, logged - job.loggedAt);
    logged += used - job.seen;
    job.loggedAt = logged;
    job.seen = used;
    if (log.length > 20000) {
      log = log.slice(-10000);
    }
  };

  const draw = () => {
    const context = canvas.getContext("2d");
    const colours = [...panel.querySelectorAll(".chip")].map((chip) => getComputedStyle(chip).backgroundColor);
    context.clearRect(0, 0, canvas.width, canvas.height);
    let right = canvas.width;
    for (let at = log.length - 1; at >= 0 && right > 0; at -= 1) {
      const width = (log[at][1] / SHOWN) * canvas.width;
      context.fillStyle = colours[log[at][0]];
      context.fillRect(right - width, 0, width, canvas.height);
      right -= width;
    }
  };

  const show = () => {
    const now = performance.now();
    const passed = now - shownAt;
    if (jobs.length === 0 || passed < INTERVAL) {
      return;
    }
    jobs.forEach((job, index) => {
      const [, rate, wait] = rows[index];
      rate.textContent = count(((job.turns - before[index]) / passed) * 1000);
      wait.textContent = count(job.longest);
      before[index] = job.turns;
      job.longest = 0;
    });
    note.textContent = `${short(((logged - loggedBefore) / passed) * 1000)} units of work a second in all.`;
    loggedBefore = logged;
    // The counters are read by one more task of the same machine.
    scheduler.start(machine, "look", TASKS.join(", "), { console: 1 });
    shownAt = now;
    draw();
  };

  const showCounts = (numbers) => {
    rows.forEach(([counted], index) => {
      counted.textContent = count(Number(numbers[index]));
    });
  };

  const stop = () => {
    for (const job of jobs) {
      job.drop();
    }
    jobs = [];
    button.textContent = "Start";
    note.textContent = "Not running.";
  };

  const start = async () => {
    if (isStarting) {
      return;
    }
    if (!machine) {
      isStarting = true;
      try {
        machine = await Machine.open();
      } catch (error) {
        note.textContent = `Not started: ${error.message}.`;
        return;
      } finally {
        isStarting = false;
      }
      scheduler.connect(machine, 1, { append: (_, text) => showCounts(text.split(", ")) });
    }
    log = [];
    jobs = TASKS.map((name, index) => {
      const job = scheduler.start(machine, name, SOURCE(name), { title: name, fuel: fuel(), onturn: took(index) });
      return Object.assign(job, { seen: 0, longest: 0, loggedAt: 0 });
    });
    before = jobs.map(() => 0);
    shownAt = performance.now();
    logged = loggedBefore = 0;
    button.textContent = "Stop";
  };

  button.addEventListener("click", () => (jobs.length > 0 ? stop() : start()));
  slider.addEventListener("input", () => {
    units.textContent = count(fuel());
    slider.setAttribute("aria-valuetext", `${count(fuel())} units`);
    for (const job of jobs) {
      job.fuel = fuel();
    }
  });
  slider.dispatchEvent(new Event("input"));
  scheduler.listeners.add(show);
}
