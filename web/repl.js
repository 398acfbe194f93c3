// <fife-repl>: a prompt with its console.
//
//   vm       prompts with the same word share a virtual machine
//   console  what messages call its inputs: `left[2]:1: …`
//   label    its title
//   prelude  a selector of elements whose text is run first
//   memory   how many bytes the machine may hold, in MiB
//
// Its buttons with the class `try` are examples: they are run as if typed. `data-fill` puts them into the field instead.

import { Console, showError } from "./console.js";
import { makeField, indentation } from "./field.js";
import { Machine, reader } from "./fife.js";
import { scheduler } from "./scheduler.js";

/** The machines of the page that prompts share, by their word: promises, made at first use. */
const machines = new Map();

/** The next console's number, for each machine. */
const consoles = new WeakMap();

/** The most inputs that wait for the one that runs. */
const QUEUE_MAX = 20;

/** The most inputs that are kept, to be brought back. */
const HISTORY_MAX = 200;

/** How long after an interrupt the button offers to drop the job, in milliseconds. */
const PATIENCE = 400;

async function machineNamed(word, options) {
  const known = machines.get(word);
  if (known) {
    const machine = await known.catch(() => null);
    if (machine && !machine.failure) {
      return machine;
    }
    if (machines.get(word) === known) {
      machines.delete(word);
    }
    return machineNamed(word, options);
  }
  const opening = Machine.open(options);
  machines.set(word, opening);
  return opening;
}

export class Repl extends HTMLElement {
  #inputs = new Map();
  #count = 0;
  #history = [];
  #at = 0;
  #draft = "";
  #queue = [];
  /** It was said that no more inputs are taken. */
  #isFull = false;
  #isStarting = false;
  job = null;

  connectedCallback() {
    if (this.console) {
      return;
    }
    this.name = this.getAttribute("console") ?? "prompt";
    const label = this.getAttribute("label") ?? "Lua";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", label);
    const examples = [...this.querySelectorAll(".try")];

    const head = document.createElement("header");
    const title = document.createElement("span");
    title.className = "title";
    title.textContent = label;
    this.status = document.createElement("span");
    this.status.className = "status";
    this.stop = document.createElement("button");
    Object.assign(this.stop, { type: "button", className: "stop", disabled: true, textContent: "Interrupt" });
    this.stop.title = "Interrupt (Escape)";
    head.append(title, this.status, this.stop);

    const log = document.createElement("div");
    log.className = "console is-empty";
    log.tabIndex = 0;
    log.setAttribute("role", "log");
    log.setAttribute("aria-live", "polite");
    log.setAttribute("aria-label", `${label}: output`);
    this.console = new Console(log);

    const line = document.createElement("div");
    line.className = "line";
    this.field = makeField(`${label}: Lua code`, (text) => this.#note(text));
    this.field.area.placeholder = this.getAttribute("placeholder") ?? "";
    this.enter = document.createElement("button");
    Object.assign(this.enter, { type: "button", className: "enter", textContent: "Run" });
    line.append(this.field.element, this.enter);

    const shelf = document.createElement("div");
    shelf.className = "shelf";
    shelf.append(...examples);
    this.replaceChildren(head, log, line, ...(examples.length > 0 ? [shelf] : []));

    this.enter.addEventListener("click", () => this.submit());
    this.stop.addEventListener("click", () => this.interrupt());
    this.addEventListener("keydown", (event) => this.#key(event));
    line.addEventListener("click", () => this.field.area.focus());
    for (const button of examples) {
      button.addEventListener("click", () => {
        const source = button.dataset.code ?? button.textContent;
        if ("fill" in button.dataset) {
          this.field.value = source;
          this.field.area.focus();
        } else {
          this.run(source);
        }
      });
    }
  }

  /** The machine, made and prepared at first use, and again if it has failed. */
  async machine() {
    this.ready ??= this.#open();
    const { ready } = this;
    try {
      const machine = await ready;
      if (!machine.failure) {
        return machine;
      }
      this.#note("this prompt has a new machine");
    } catch (error) {
      this.ready = null;
      throw error;
    }
    if (this.ready === ready) {
      this.ready = null;
    }
    return this.machine();
  }

  async #open() {
    const word = this.getAttribute("vm");
    const memory = Number(this.getAttribute("memory") ?? 64) * 2 ** 20;
    const machine = await (word ? machineNamed(word, { memory }) : Machine.open({ memory }));
    this.number = consoles.get(machine) ?? 0;
    consoles.set(machine, this.number + 1);
    scheduler.connect(machine, this.number, this.console);
    const prelude = this.getAttribute("prelude");
    for (const element of prelude ? document.querySelectorAll(prelude) : []) {
      await new Promise((resolve) => {
        const name = element.dataset.name ?? "loaded";
        this.#inputs.set(name, element.textContent);
        scheduler.start(machine, name, element.textContent, { console: this.number, onend: resolve });
      });
    }
    return machine;
  }

  /** Runs what is in the field. */
  async submit() {
    const source = this.field.value;
    if (source.trim() === "") {
      return;
    }
    this.field.value = "";
    await this.run(source);
  }

  /** Runs a source when those before it have ended. */
  async run(source) {
    if (this.#queue.length >= QUEUE_MAX) {
      if (!this.#isFull) {
        this.#isFull = true;
        this.#note(`${QUEUE_MAX} inputs wait already: no more are taken`);
      }
      return;
    }
    this.#isFull = false;
    if (this.#history.push(source) > HISTORY_MAX) {
      this.#history.shift();
    }
    this.#at = this.#history.length;
    this.#draft = "";
    this.#queue.push(source);
    await this.#next();
  }

  async #next() {
    if (this.job || this.#isStarting || this.#queue.length === 0) {
      this.#show();
      return;
    }
    this.#isStarting = true;
    const source = this.#queue.shift();
    this.console.echo(source);
    this.#count += 1;
    const name = `${this.name}[${this.#count}]`;
    this.#inputs.set(name, source);
    if (this.#inputs.size > HISTORY_MAX) {
      this.#inputs.delete(this.#inputs.keys().next().value);
    }
    try {
      const machine = await this.machine();
      this.job = scheduler.start(machine, name, source, {
        console: this.number,
        title: name,
        onend: (job) => this.#ended(job),
      });
    } catch (error) {
      await this.#fail(error.report ?? { message: error.message, traceback: [], line: 0, column: 0 });
    }
    this.#isStarting = false;
    this.#show();
    if (!this.job) {
      await this.#next();
    }
  }

  async #ended(job) {
    this.job = null;
    this.#show();
    if (job.state === "failed") {
      await this.#fail(job.report);
    } else if (job.state === "dropped") {
      const text = job.machine.failure ? "the machine failed: this is a bug of Fife, or the browser has no memory for it" : "dropped";
      this.#note(text);
    }
    this.dispatchEvent(new CustomEvent("ended", { detail: job, bubbles: true }));
    await this.#next();
  }

  async #fail(report) {
    const source = this.#inputs.get(report.chunk);
    const node = await showError(report, source, async (text) => (await reader()).tokens(text));
    this.console.add("error", node, 3);
  }

  #note(text) {
    const node = document.createElement("div");
    node.textContent = text;
    this.console.add("note", node);
  }

  /** Interrupts what runs; if it goes on all the same, drops it. */
  interrupt() {
    const { job } = this;
    this.#queue.length = 0;
    if (!job) {
      return;
    }
    if (job.interruptedAt > 0 && performance.now() - job.interruptedAt > PATIENCE) {
      job.drop();
      return;
    }
    if (job.interruptedAt === 0) {
      job.interrupt();
      setTimeout(() => {
        if (this.job === job && !job.isOver) {
          this.stop.textContent = "Drop";
          this.stop.title = "It caught the interrupt. Dropping it cannot be caught (Escape)";
          this.#note("the script caught the interrupt; it can still be dropped");
        }
      }, PATIENCE);
    }
  }

  #show() {
    const isBusy = this.job !== null;
    this.classList.toggle("is-busy", isBusy);
    if (!isBusy && document.activeElement === this.stop) {
      // A button that cannot be pressed loses the keyboard.
      this.field.area.focus();
    }
    this.stop.disabled = !isBusy;
    this.stop.textContent = "Interrupt";
    this.stop.title = "Interrupt (Escape)";
    this.status.textContent = isBusy ? "running" : "";
    this.console.isBusy = isBusy;
  }

  async #key(event) {
    if (event.key === "Escape" && this.job) {
      event.preventDefault();
      this.interrupt();
      return;
    }
    if (event.target !== this.field.area || event.isComposing) {
      return;
    }
    const { area } = this.field;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const isForced = event.ctrlKey || event.metaKey;
      // Where there is none, running it says why.
      const instance = await reader().catch(() => null);
      const isAtEnd = area.value.slice(area.selectionEnd).trim() === "";
      const state = isForced ? null : instance?.check(this.name, area.value);
      if (state?.isIncomplete || !(isAtEnd || isForced)) {
        this.field.insert(`\n${indentation(area.value.slice(0, area.selectionStart))}`);
      } else {
        await this.submit();
      }
    } else if (event.key === "ArrowUp" && !area.value.slice(0, area.selectionStart).includes("\n")) {
      this.#recall(event, -1);
    } else if (event.key === "ArrowDown" && !area.value.slice(area.selectionEnd).includes("\n")) {
      this.#recall(event, 1);
    } else if (event.key === "l" && event.ctrlKey) {
      event.preventDefault();
      this.console.clear();
    }
  }

  /** Puts an earlier or later input into the field. */
  #recall(event, by) {
    const at = this.#at + by;
    if (at < 0 || at > this.#history.length || event.shiftKey) {
      return;
    }
    event.preventDefault();
    if (this.#at === this.#history.length) {
      this.#draft = this.field.value;
    }
    this.#at = at;
    this.field.value = at === this.#history.length ? this.#draft : this.#history[at];
    const end = this.field.value.length;
    this.field.area.setSelectionRange(end, end);
  }
}

customElements.define("fife-repl", Repl);
