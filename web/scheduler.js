// The scheduler: gives the jobs of all machines their turns, on the page's own thread.
//
// A turn is bounded by its fuel, so no job can hold the page. In each frame turns go round until some milliseconds are over; then what was
// written is drawn, once. `MessageChannel` is how the rest of a frame is used: nested timers would wait four milliseconds each. A hidden page
// has no frames, and rests.

import { Turn } from "./fife.js";

/** How long turns go round before the page may do something else, in milliseconds. */
const SLICE = 8;

/** How much of a frame turns may take in all. */
const SHARE = 12;

/** After how many turns the clock is looked at. */
const LOOK = 8;

/** The fuel of a turn, in units of about an instruction. */
export const FUEL = 16384;

/** Does something of a page's. An error in it must not end the turns of all others. */
function guarded(action) {
  try {
    action();
  } catch (error) {
    reportError(error);
  }
}

/** What a prompt was told to run. */
export class Job {
  state = "running";
  startedAt = performance.now();
  interruptedAt = 0;
  turns = 0;
  report = null;
  /** Units a second, and the most that its tank takes; null without a tank. */
  tank = null;
  /** Of the last moment, for when it has ended. */
  fuelUsed = 0;
  lines = 0;

  constructor(machine, number, { console, title, fuel, onturn, onend }) {
    Object.assign(this, { machine, number, console, title, fuel, onturn, onend });
  }

  get isOver() {
    return this.state === "finished" || this.state === "failed" || this.state === "dropped";
  }

  /** Reads its counters, as long as it is there. */
  note() {
    if (this.isOver || this.machine.failure) {
      return;
    }
    this.fuelUsed = this.machine.fuelUsed(this.number);
    this.lines = this.machine.lines(this.number);
  }

  pause() {
    if (!this.isOver) {
      this.state = "paused";
    }
  }

  resume() {
    if (this.state === "paused") {
      this.state = "running";
      scheduler.wake();
    }
  }

  /** Has its next turn begin with an error, which its script can catch. */
  interrupt() {
    this.interruptedAt = performance.now();
    this.machine.interrupt(this.number);
    this.resume();
  }

  /** Ends it, which no script can prevent. */
  drop() {
    if (!this.isOver) {
      this.end("dropped");
    }
  }

  /** Limits it to so many units a second; null lifts that. */
  limit(tank) {
    this.tank = tank;
    if (tank === null) {
      this.machine.untank(this.number);
    } else {
      this.machine.refill(this.number, 0, 0);
    }
    scheduler.wake();
  }

  end(state) {
    this.note();
    this.state = state;
    if (!this.machine.failure) {
      this.report = state === "failed" ? this.machine.report(this.number) : null;
      this.machine.drop(this.number);
    }
    scheduler.jobs.delete(this);
    scheduler.draw();
    guarded(() => this.onend?.(this));
  }
}

class Scheduler {
  jobs = new Set();
  /** Called once a frame, in which something happened. */
  listeners = new Set();
  #views = new Map();
  #channel = new MessageChannel();
  #isAwake = false;
  #frameStart = 0;
  #lastRefill = 0;

  constructor() {
    this.#channel.port1.onmessage = () => this.#slice();
  }

  /** Starts a job of a machine. Throws the error of its source. */
  start(machine, name, source, options = {}) {
    const number = machine.start(name, source, options.console ?? 0);
    const job = new Job(machine, number, options);
    this.jobs.add(job);
    this.wake();
    return job;
  }

  /** Has a view show what is written to a console of a machine. */
  connect(machine, console, view) {
    if (!this.#views.has(machine)) {
      this.#views.set(machine, new Map());
    }
    this.#views.get(machine).set(console, view);
  }

  disconnect(machine) {
    for (const job of [...this.jobs].filter((it) => it.machine === machine)) {
      job.drop();
    }
    this.#views.delete(machine);
  }

  wake() {
    if (!this.#isAwake) {
      this.#isAwake = true;
      this.#lastRefill = performance.now();
      requestAnimationFrame((time) => this.#frame(time));
    }
  }

  #frame() {
    const now = performance.now();
    this.#frameStart = now;
    for (const job of this.jobs) {
      if (job.tank) {
        job.machine.refill(job.number, (job.tank.rate * (now - this.#lastRefill)) / 1000, job.tank.cap);
      }
    }
    this.#lastRefill = now;
    this.#slice();
  }

  /** Turns go round until the slice is over, or until there is nothing that can run. The next slice goes on where this one has ended. */
  #slice() {
    const end = performance.now() + SLICE;
    let ready = [...this.jobs].filter((job) => job.state === "running");
    for (let isOver = false; ready.length > 0 && !isOver; ) {
      const left = [];
      for (const [at, job] of ready.entries()) {
        // There may be hundreds of jobs.
        if (at % LOOK === 0 && performance.now() >= end) {
          isOver = true;
          left.push(...ready.slice(at));
          this.#rotate(ready.slice(0, at));
          break;
        }
        if (this.#turn(job)) {
          left.push(job);
        }
      }
      ready = left;
    }
    if (ready.length > 0 && performance.now() - this.#frameStart < SHARE) {
      this.#channel.port2.postMessage(null);
      return;
    }
    this.draw();
    if ([...this.jobs].some((job) => job.state === "running")) {
      requestAnimationFrame((time) => this.#frame(time));
    } else {
      this.#isAwake = false;
    }
  }

  /** Puts jobs that had their turn behind the others. */
  #rotate(jobs) {
    for (const job of jobs) {
      if (this.jobs.delete(job)) {
        this.jobs.add(job);
      }
    }
  }

  /** Gives a job a turn. False if it gets no more of them in this slice. */
  #turn(job) {
    // Another job's end may have ended it.
    if (job.state !== "running") {
      return false;
    }
    job.turns += 1;
    const turn = job.machine.step(job.number, job.fuel ?? FUEL);
    if (job.onturn) {
      guarded(() => job.onturn(job));
    }
    switch (turn) {
      case Turn.READY:
      case Turn.COLLECTING:
        return true;
      case Turn.THIRSTY:
        return false;
      case Turn.FINISHED:
        job.end("finished");
        return false;
      default:
        job.end(turn === Turn.FAILED ? "failed" : "dropped");
        return false;
    }
  }

  /** Hands what was written to the views. */
  draw() {
    for (const [machine, consoles] of this.#views) {
      for (const [console, view] of machine.failure ? [] : consoles) {
        for (const [kind, text] of machine.output(console)) {
          guarded(() => view.append(kind, text));
        }
      }
    }
    for (const listener of this.listeners) {
      guarded(listener);
    }
  }
}

export const scheduler = new Scheduler();
