// A console: what a machine wrote, the newest at the bottom. It keeps 1,000 lines and 200,000 characters, whatever comes, and is drawn once
// a frame. Lines are broken after 2,000 characters: a browser takes seconds to lay out a long one of joined letters. Adjacent output of a kind is one element with one text node; `textContent` is all that is ever set.

import { colour, forget } from "./highlight.js";

export const LINES_MAX = 1000;
const CHARACTERS_MAX = 200000;
const BLOCKS_MAX = 200;
const LINE_MAX = 2000;

/** The same text with no line longer than allowed; the first one continues `column` characters. */
function broken(text, column) {
  let result = "";
  let from = 0;
  let start = -column;
  while (text.length - start > LINE_MAX) {
    const end = text.indexOf("\n", from);
    if (end >= 0 && end - start <= LINE_MAX) {
      result += text.slice(from, end + 1);
      from = start = end + 1;
      continue;
    }
    let cut = start + LINE_MAX;
    // Not within a pair that is one character.
    if (cut > from && (text.charCodeAt(cut) & 0xfc00) === 0xdc00) {
      cut -= 1;
    }
    cut = Math.max(cut, from);
    result += `${text.slice(from, cut)}\n`;
    from = start = cut;
  }
  return result + text.slice(from);
}

/** How many line breaks a text has. */
function countLines(text) {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}

/** The last lines of a text: at most so many, and so many characters. */
function tail(text, lines, characters) {
  let start = Math.max(0, text.length - characters);
  let at = text.length - 1;
  for (let count = 0; count < lines && at >= 0; count += 1) {
    at = text.lastIndexOf("\n", at - 1);
    if (at <= 0) {
      break;
    }
  }
  start = Math.max(start, at + 1);
  return start > 0 ? text.slice(start) : text;
}

export class Console {
  #blocks = [];
  #lines = 0;
  #characters = 0;
  #isScheduled = false;
  /** Lines that were there once and are gone. */
  #gone = 0;

  constructor(element) {
    this.element = element;
  }

  get lines() {
    return this.#lines;
  }

  /** Adds text, which continues what is there if that is of the same kind. */
  append(kind, text) {
    const last = this.#blocks.at(-1);
    // A console is like a terminal: other output begins on a line of its own.
    if (last?.kind === kind && last.isText) {
      this.#grow(last, text);
    } else {
      const node = document.createElement("div");
      node.className = kind;
      this.#add({ kind, node, text: "", lines: 0, isText: true, isDirty: true });
      this.#grow(this.#blocks.at(-1), text);
    }
    this.#trim();
    this.#schedule();
  }

  /** Adds an element of its own, which stands for so many lines. */
  add(kind, node, lines = 1) {
    node.classList.add(kind);
    this.#add({ kind, node, text: "", lines, isText: false, isDirty: false });
    this.#trim();
    this.#schedule();
  }

  /** Adds source text, in colours. */
  echo(source) {
    const node = document.createElement("div");
    const code = document.createElement("code");
    code.textContent = source;
    node.append(code);
    this.add("echo", node, countLines(source) + 1);
    colour(code);
  }

  clear() {
    for (const block of this.#blocks) {
      this.#remove(block);
    }
    this.#blocks = [];
    this.#lines = this.#characters = this.#gone = 0;
    this.#schedule();
  }

  #add(block) {
    this.#blocks.push(block);
    this.#lines += block.lines;
  }

  #grow(block, text) {
    const column = block.text.length - 1 - block.text.lastIndexOf("\n");
    const whole = tail(text, LINES_MAX, CHARACTERS_MAX);
    const part = tail(broken(whole, column), LINES_MAX, CHARACTERS_MAX);
    if (whole.length < text.length) {
      this.#gone += countLines(text) - countLines(whole);
    }
    const lines = countLines(part);
    block.text += part;
    block.lines += lines;
    block.isDirty = true;
    this.#lines += lines;
    this.#characters += part.length;
  }

  #trim() {
    while (this.#blocks.length > 1) {
      const first = this.#blocks[0];
      const isTooMuch =
        this.#lines - first.lines >= LINES_MAX ||
        this.#characters - first.text.length >= CHARACTERS_MAX ||
        this.#blocks.length > BLOCKS_MAX;
      if (!isTooMuch) {
        break;
      }
      this.#blocks.shift();
      this.#lines -= first.lines;
      this.#characters -= first.text.length;
      this.#gone += first.lines;
      this.#remove(first);
    }
    const excess = this.#lines - LINES_MAX;
    const first = this.#blocks[0];
    if (first?.isText && (excess > 0 || this.#characters > CHARACTERS_MAX)) {
      const kept = CHARACTERS_MAX - (this.#characters - first.text.length);
      const text = tail(first.text, Math.max(first.lines - Math.max(excess, 0), 1), Math.max(kept, 1));
      const lines = countLines(text);
      this.#gone += first.lines - lines;
      this.#lines += lines - first.lines;
      this.#characters += text.length - first.text.length;
      Object.assign(first, { text, lines, isDirty: true });
    }
  }

  #remove(block) {
    for (const code of block.node.querySelectorAll("code")) {
      forget(code);
    }
    block.node.remove();
  }

  #schedule() {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#isScheduled = false;
    const { element } = this;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    for (const block of this.#blocks) {
      if (block.node.parentNode !== element) {
        element.append(block.node);
      }
      if (block.isDirty) {
        block.isDirty = false;
        block.node.textContent = block.text.endsWith("\n") ? block.text.slice(0, -1) : block.text;
      }
    }
    element.classList.toggle("is-empty", this.#blocks.length === 0);
    element.dataset.gone = this.#gone;
    if (isAtEnd) {
      element.scrollTop = element.scrollHeight;
    }
  }
}

/** What an error is shown as: its message, the line of source with a mark, and the traceback to be opened. */
export async function showError(report, source, tokensOf) {
  const node = document.createElement("div");
  const message = document.createElement("p");
  message.className = "message";
  message.textContent = report.message;
  node.append(message);
  const text = source?.split("\n")[report.line - 1];
  if (text !== undefined) {
    node.append(await snippet(report, text, tokensOf));
  }
  const frames = report.traceback.filter((line) => line !== "[C]: in ?");
  if (frames.length > 1) {
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = `Traceback, ${frames.length} levels`;
    const list = document.createElement("pre");
    list.textContent = frames.join("\n");
    details.append(summary, list);
    node.append(details);
  }
  return node;
}

/** A line of source with a mark below the token that an error is at. */
async function snippet(report, text, tokensOf) {
  const shown = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  const number = String(report.line);
  const marks = document.createElement("span");
  marks.className = "marks";
  if (report.column > 0) {
    // Columns are bytes.
    const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, report.column - 1));
    const start = before.length;
    let length = 1;
    const tokens = await tokensOf(text);
    for (let at = 0; at < tokens.length; at += 3) {
      if (tokens[at + 1] <= start && start < tokens[at + 2]) {
        length = tokens[at + 2] - start;
      }
    }
    if (start < shown.length + 1) {
      const indent = before.replace(/[^\t]/g, " ");
      marks.textContent = `${indent}${"^".repeat(Math.min(length, 80))}`;
    }
  }
  const node = document.createElement("pre");
  node.className = "snippet";
  node.append(`${number} │ ${shown}`);
  if (marks.textContent !== "") {
    node.append(`\n${" ".repeat(number.length)} │ `, marks);
  }
  return node;
}
