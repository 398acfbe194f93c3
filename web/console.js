// A console: what a machine wrote, the newest at the bottom. It keeps 1,000 lines and 100,000 characters, whatever comes, and is drawn once
// a frame.
//
// Adjacent output of a kind is a few elements with one text node each; `textContent` is all that is ever set. With each frame those are
// drawn that are seen at the end; the others follow as soon as a script does not flood the console, some in each frame. All are in the
// document then, laid out: a search of the page finds them, and a screen reader reads them, which does not see what a browser has
// put off by `content-visibility`. When a person has scrolled up and a script would replace all that they see, it stays until they scroll
// to the end.

import { colour, forget } from "./highlight.js";

export const LINES_MAX = 1000;
const CHARACTERS_MAX = 100000;
const BLOCKS_MAX = 300;

/** How much an element of output takes, so that there is little more to lay out than what is seen. */
const BLOCK_LINES = 25;
const BLOCK_CHARACTERS = 1000;

/** How much is shown of a text that a person typed, or of a message. Output was folded where it comes from: see crates/fife-web/src/output.rs. */
const FOLD_LINES = 40;
const FOLD_CHARACTERS = 2000;

/** How many characters a row has, to guess how many rows there are to lay out. */
const ROW = 80;

/** How much of a line of source is shown below an error, in characters. */
const SNIPPET_MAX = 300;

/**
 * How often what is not seen is drawn, in milliseconds, unless more rows than that were written meanwhile; and how many rows of it in one frame.
 */
const CALM = 300;
const FLOOD_ROWS = 500;
const CALM_ROWS = 100;

/** How far from its end a console still counts as being at it, in pixels. */
const END = 40;

/**
 * Letters that may be joined to their neighbours, a lot of them without a space. A browser looks anew at the whole of them for each row that
 * it breaks: 4,000 of Arabic's take it 0.2 s.
 */
const JOINED =
  /[[\p{L}\p{M}\p{Cf}]--[\p{ASCII}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]]{64}/gv;

/** The same text with a place to break in each long run of letters: a zero-width space. */
function eased(text) {
  return text.replace(JOINED, "$&\u200b");
}

/** The beginning of a text, and how many bytes of it are left out. */
function fold(text) {
  let end = Math.min(text.length, FOLD_CHARACTERS);
  for (let at = -1, count = 0; count < FOLD_LINES; count += 1) {
    at = text.indexOf("\n", at + 1);
    if (at < 0 || at >= end) {
      break;
    }
    if (count === FOLD_LINES - 1) {
      end = at;
    }
  }
  // Not within a pair that is one character.
  if ((text.charCodeAt(end) & 0xfc00) === 0xdc00) {
    end -= 1;
  }
  const rest = end < text.length ? new TextEncoder().encode(text.slice(end)).length : 0;
  return [eased(text.slice(0, end)), rest === 0 ? "" : ` … (${rest} ${rest === 1 ? "byte" : "bytes"} more)`];
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

/** How many rows a text takes, at a guess. */
function rowsOf(text) {
  let rows = 0;
  for (let from = 0; from < text.length; ) {
    const at = text.indexOf("\n", from);
    const end = at < 0 ? text.length : at;
    rows += Math.max(1, Math.ceil((end - from) / ROW));
    from = end + 1;
  }
  return Math.max(rows, 1);
}

export class Console {
  #blocks = [];
  #lines = 0;
  #characters = 0;
  #isScheduled = false;
  /** Lines that were there once and are gone. */
  #gone = 0;
  /** It follows what is written, until a person scrolls up. */
  #isAtEnd = true;
  /** The blocks whose elements are in the document, in their order. */
  #shown = [];
  #timer = 0;
  /** Rows that were written since that last began. */
  #written = 0;
  #isBusy = false;

  constructor(element) {
    this.element = element;
    const scrolled = () => {
      this.#isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < END;
      if (this.#isAtEnd) {
        this.#schedule();
      }
    };
    element.addEventListener("scroll", scrolled, { passive: true });
    new ResizeObserver(() => this.#follow()).observe(element);
  }

  /** Whether more is to come: a screen reader is not told of each of a thousand lines. */
  set isBusy(yes) {
    this.#isBusy = yes;
    this.#tellBusy();
  }

  #tellBusy() {
    this.element.ariaBusy = String(this.#isBusy || this.#blocks.some((block) => !block.node?.isConnected));
  }

  get lines() {
    return this.#lines;
  }

  /** Adds text, which continues what is there if that is of the same kind. */
  append(kind, text) {
    const part = tail(text, LINES_MAX, CHARACTERS_MAX);
    if (part.length < text.length) {
      this.#gone += countLines(text) - countLines(part);
    }
    for (let from = 0; from < part.length; ) {
      const last = this.#blocks.at(-1);
      // A console is like a terminal: other output begins on a line of its own.
      const isOpen = last?.isText && last.kind === kind;
      const room = isOpen ? [BLOCK_LINES - last.lines, BLOCK_CHARACTERS - last.text.length] : [BLOCK_LINES, BLOCK_CHARACTERS];
      const isInLine = isOpen && !last.text.endsWith("\n");
      let to = from;
      for (let [lines, characters] = room, isFirst = isInLine; to < part.length; lines -= 1, isFirst = false) {
        if (!isFirst && (lines <= 0 || to - from >= characters)) {
          break;
        }
        const at = part.indexOf("\n", to);
        to = at < 0 ? part.length : at + 1;
      }
      if (to === from || !isOpen) {
        this.#add({ kind, node: null, text: "", lines: 0, isText: true });
      }
      if (to > from) {
        this.#grow(this.#blocks.at(-1), part.slice(from, to));
      }
      from = to;
    }
    this.#trim();
    this.#schedule();
  }

  /** Adds an element of its own, which stands for so many lines. */
  add(kind, node, lines = 1) {
    node.classList.add(kind);
    this.#add({ kind, node, text: "", lines, rows: lines, isText: false, isDirty: false });
    this.#trim();
    this.#schedule();
  }

  /** Adds source text, in colours. */
  echo(source) {
    const node = document.createElement("div");
    const code = document.createElement("code");
    const [text, more] = fold(source);
    code.textContent = text;
    const whole = document.createElement("div");
    whole.append(code, more);
    node.append(whole);
    this.add("echo", node, countLines(text) + 1);
    colour(code);
  }

  clear() {
    for (const block of this.#blocks) {
      block.isGone = true;
    }
    this.#blocks = [];
    this.#lines = this.#characters = this.#gone = 0;
    this.#isAtEnd = true;
    this.#schedule();
  }

  #add(block) {
    this.#blocks.push(block);
    this.#lines += block.lines;
  }

  #grow(block, part) {
    const lines = countLines(part);
    this.#written += Math.max(lines, part.length / ROW);
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
      first.isGone = true;
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

  #schedule() {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#isScheduled = false;
    const { element } = this;
    if (!this.#isAtEnd && this.#shown.length > 0 && this.#shown.every((block) => block.isGone)) {
      return;
    }
    for (const { node } of this.#shown.filter((block) => block.isGone)) {
      for (const code of node.querySelectorAll("code")) {
        forget(code);
      }
      node.remove();
    }
    const height = this.#isAtEnd ? element.clientHeight / (parseFloat(getComputedStyle(element).lineHeight) || 20) : 0;
    this.#show(this.#blocks.length, height);
    element.classList.toggle("is-empty", this.#blocks.length === 0);
    element.dataset.gone = this.#gone;
    this.#follow();
    this.#tellBusy();
    this.#timer ||= setTimeout(() => this.#calm(), CALM);
  }

  /** Puts the last blocks before an index into the document, so many rows of them. Returns the index that it got to. */
  #show(end, rows) {
    let at = end;
    for (let left = rows; at > 0 && left > 0; at -= 1) {
      const block = this.#blocks[at - 1];
      const isNew = !block.node?.isConnected;
      if (block.isDirty) {
        this.#fill(block);
      }
      if (isNew) {
        this.element.insertBefore(block.node, this.#blocks.slice(at).find((it) => it.node?.isConnected)?.node ?? null);
      }
      left -= block.rows;
    }
    this.#shown = this.#blocks.filter((block) => block.node?.isConnected);
    return at;
  }

  /** Draws what is not seen, if a script does not flood the console. */
  #calm() {
    const isFlood = this.#written > FLOOD_ROWS;
    this.#written = 0;
    if (isFlood) {
      this.#timer = setTimeout(() => this.#calm(), CALM);
    } else {
      this.#showRest(this.#blocks.length);
    }
  }

  /** Puts what is not yet there into the document, up to an index, some of it in each frame. */
  #showRest(end) {
    const at = this.#show(Math.min(end, this.#blocks.length), CALM_ROWS);
    this.#follow();
    this.#tellBusy();
    this.#timer = at > 0 ? setTimeout(() => requestAnimationFrame(() => this.#showRest(at))) : 0;
  }

  /** Puts the text of a block into its element. */
  #fill(block) {
    const { text } = block;
    if (!block.node) {
      block.node = document.createElement("div");
      block.node.className = block.kind;
    }
    block.isDirty = false;
    block.rows = rowsOf(text);
    block.node.textContent = eased(text.endsWith("\n") ? text.slice(0, -1) : text);
  }

  #follow() {
    if (this.#isAtEnd) {
      this.element.scrollTop = this.element.scrollHeight;
    }
  }
}

/** What an error is shown as: its message, the line of source with a mark, and the traceback to be opened. */
export async function showError(report, source, tokensOf) {
  const node = document.createElement("div");
  const message = document.createElement("p");
  message.className = "message";
  message.textContent = fold(report.message).join("");
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
    list.textContent = frames.map((frame) => fold(frame).join("")).join("\n");
    details.append(summary, list);
    node.append(details);
  }
  return node;
}

/** A line of source with a mark below the token that an error is at. */
async function snippet(report, text, tokensOf) {
  const shown = text.length > SNIPPET_MAX ? `${text.slice(0, SNIPPET_MAX)}…` : text;
  const number = String(report.line);
  const marks = document.createElement("span");
  marks.className = "marks";
  if (report.column > 0) {
    // Columns are bytes.
    const before = new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, report.column - 1));
    const start = before.length;
    let length = 1;
    const tokens = await tokensOf(text.slice(0, SNIPPET_MAX + 100));
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
