// The machine: an instance of fife.wasm for each virtual machine.
//
// The module imports nothing and follows no pointer that it is given. Texts go into a buffer of its own (`fife_input`), and answers are
// read from another one (`fife_answer`); both are looked for anew each time, since the module's memory may have grown.

import { bytes as inBytes } from "./numbers.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The most bytes of source that a machine takes. */
export const SOURCE_MAX = 256 * 1024;

/** What a turn of a job came to: see crates/fife-web/src/job.rs. */
export const Turn = Object.freeze({ READY: 0, COLLECTING: 1, FINISHED: 2, FAILED: 3, THIRSTY: 4, UNKNOWN: 5 });

/** Kinds of output, by their number. */
export const KINDS = ["printed", "result", "warning", "finalizer"];

/** Kinds of tokens, by their number. Those without a name have no colour. */
export const TOKENS = ["", "comment", "word", "", "number", "string", ""];

let compiled;

/** The compiled module, fetched once for all machines of the page. */
function compile() {
  compiled ??= (async () => {
    const response = await fetch(new URL("fife.wasm", import.meta.url));
    if (!response.ok) {
      throw new Error(`fife.wasm: ${response.status} ${response.statusText}`);
    }
    // Streaming needs the server to name the type.
    const isNamed = response.headers.get("content-type")?.startsWith("application/wasm");
    return isNamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
  })();
  // What could not be loaded may be there the next time.
  compiled.catch(() => {
    compiled = undefined;
  });
  return compiled;
}

/** The error of a source that no machine takes; null if it is not too long. */
function tooLong(source) {
  // A unit of a JavaScript string is three bytes at most.
  const length = source.length * 3 <= SOURCE_MAX ? 0 : encoder.encode(source).length;
  if (length <= SOURCE_MAX) {
    return null;
  }
  const message = `the source is too long: it has ${inBytes(length)}, and a machine takes ${inBytes(SOURCE_MAX)} at most`;
  return { kind: "host", message, chunk: "", line: 0, column: 0, traceback: [] };
}

/** One instance of the module, for what needs no virtual machine. */
class Instance {
  constructor(instance) {
    this.exports = instance.exports;
  }

  static async make(module) {
    return new this(await WebAssembly.instantiate(module ?? (await compile()), {}));
  }

  /** Writes texts into the module, one behind the other, and returns the length of each. */
  write(...texts) {
    const bytes = texts.map((text) => encoder.encode(text));
    const length = bytes.reduce((sum, it) => sum + it.length, 0);
    const start = this.exports.fife_input(length) >>> 0;
    if (start === 0) {
      throw new RangeError("the text is too long");
    }
    let at = start;
    for (const it of bytes) {
      new Uint8Array(this.exports.memory.buffer, at, it.length).set(it);
      at += it.length;
    }
    return bytes.map((it) => it.length);
  }

  /** The bytes of an answer. A view, to be used before the next call. */
  bytes(length) {
    return new Uint8Array(this.exports.memory.buffer, this.exports.fife_answer() >>> 0, length >>> 0);
  }

  text(length) {
    return decoder.decode(this.bytes(length));
  }

  /** The error that an answer which ends with a zero byte says. */
  error() {
    const start = this.exports.fife_answer() >>> 0;
    const memory = new Uint8Array(this.exports.memory.buffer);
    return JSON.parse(decoder.decode(memory.subarray(start, memory.indexOf(0, start))));
  }

  /** The tokens of a source, in threes: kind, start and end, in units of a JavaScript string. One that is too long has none. */
  tokens(source) {
    if (tooLong(source)) {
      return new Uint32Array();
    }
    const [length] = this.write(source);
    const bytes = this.bytes(this.exports.fife_tokens(length));
    return new Uint32Array(bytes.slice().buffer);
  }

  /** Whether a source is complete. `null` if it is, else its error, with `isIncomplete`. */
  check(name, source) {
    const refused = tooLong(source);
    if (refused) {
      return { ...refused, isIncomplete: false };
    }
    const [nameLength, length] = this.write(name, source);
    const found = this.exports.fife_check(nameLength, nameLength + length);
    return found === 0 ? null : { ...this.error(), isIncomplete: found === 1 };
  }
}

let shared;

/** The instance that colours and checks source text. */
export function reader() {
  shared ??= Instance.make();
  shared.catch(() => {
    shared = undefined;
  });
  return shared;
}

/** A virtual machine and its jobs. A fresh one gives all memory of the old one back: an instance's memory never shrinks. */
export class Machine extends Instance {
  /** Set when the module failed: a bug of Fife, or the browser has no memory for it. Nothing of it can be used any more; other machines go on. */
  failure = null;

  /** Calls a function of the module; `otherwise` is the answer if that fails, or has failed before. */
  #call(name, otherwise, ...numbers) {
    if (this.failure) {
      return otherwise;
    }
    try {
      return this.exports[name](...numbers);
    } catch (failure) {
      this.failure = failure;
      return otherwise;
    }
  }

  /** Opens a machine that may hold so many bytes. In a browser `module` is fetched. */
  static async open({ memory = 64 << 20, module } = {}) {
    const machine = await Machine.make(module);
    const [low, high] = crypto.getRandomValues(new Uint32Array(2));
    if (machine.exports.fife_open(memory, low, high) !== 1) {
      throw new Error("the machine could not be made");
    }
    return machine;
  }

  /** Starts a job, and returns its number, or throws the error of its source. */
  start(name, source, console = 0) {
    const refused = tooLong(source);
    if (refused) {
      throw Object.assign(new RangeError(refused.message), { report: refused });
    }
    const lost = new Error("this machine failed, and cannot be used any more", { cause: this.failure });
    if (this.failure) {
      throw lost;
    }
    let lengths;
    try {
      lengths = this.write(name, source);
    } catch (failure) {
      this.failure = failure;
      throw lost;
    }
    const [nameLength, length] = lengths;
    const job = this.#call("fife_start", null, nameLength, nameLength + length, console);
    if (job === null) {
      throw lost;
    }
    if (job < 0) {
      const error = this.error();
      throw Object.assign(new SyntaxError(error.message), { report: error });
    }
    return job;
  }

  /** Gives a job a turn of so much fuel: see `Turn`. */
  step(job, fuel) {
    return this.#call("fife_step", Turn.UNKNOWN, job, fuel);
  }

  /** What was written to a console since the last visit: `[kind, text]` each. */
  output(console) {
    const length = this.#call("fife_output", 0, console) >>> 0;
    if (length === 0) {
      return [];
    }
    const bytes = this.bytes(length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const pieces = [];
    for (let at = 0; at < length; ) {
      const size = view.getUint32(at + 1, true);
      pieces.push([KINDS[bytes[at]], decoder.decode(bytes.subarray(at + 5, at + 5 + size))]);
      at += 5 + size;
    }
    return pieces;
  }

  interrupt(job) {
    this.#call("fife_interrupt", null, job);
  }

  /** Forgets a job. No script can keep it from that. */
  drop(job) {
    this.#call("fife_drop", null, job);
  }

  /** The error of a job that failed. */
  report(job) {
    const length = this.#call("fife_error", 0, job);
    return length === 0 ? null : JSON.parse(this.text(length));
  }

  /** Where a job is, as `chunk:line`. */
  place(job) {
    const length = this.#call("fife_place", 0, job);
    return length === 0 ? "" : this.text(length);
  }

  /** The fuel that a job has used, in units of about an instruction. */
  fuelUsed(job) {
    return this.#call("fife_count", NaN, job, 0);
  }

  /** The lines that a job has written. */
  lines(job) {
    return this.#call("fife_count", NaN, job, 1);
  }

  /** What is in a job's tank; not a number without one. */
  tank(job) {
    return this.#call("fife_count", NaN, job, 2);
  }

  refill(job, units, cap) {
    this.#call("fife_refill", null, job, units, cap);
  }

  untank(job) {
    this.#call("fife_untank", null, job);
  }

  /** In bytes: what the machine holds, what is in use, the most it ever held, its limit; and all that the module has of the browser. */
  memory() {
    const [held, used, peak, limit] = [0, 1, 2, 3].map((which) => this.#call("fife_memory", NaN, which));
    return { held, used, peak, limit, module: this.exports.memory.buffer.byteLength };
  }
}
