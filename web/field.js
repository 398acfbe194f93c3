// A field for Lua: a textarea that grows with its text, with the colours behind it. A long text has no colours and no row breaks, and there
// is an end to what the field takes: a browser lays out all of a textarea with each key.

import { colour, LENGTH_MAX } from "./highlight.js";
import { count } from "./numbers.js";

/** The most that a field takes, in characters and in lines. */
const FIELD_MAX = 16384;
const LINES_MAX = 1000;

const isTooLong = (text) => text.length > FIELD_MAX || (text.length >= LINES_MAX && text.split("\n", LINES_MAX + 1).length > LINES_MAX);

/** Text that is shown as it is. */
const isLong = (text) => text.length > LENGTH_MAX || /[^\n]{1000}/.test(text);

/** Makes a field, which may stand wherever a textarea may. `say` is called with a message where something does not fit into it. */
export function makeField(label, say) {
  const field = document.createElement("div");
  field.className = "field";
  const behind = document.createElement("pre");
  behind.setAttribute("aria-hidden", "true");
  const code = document.createElement("code");
  behind.append(code);
  const area = document.createElement("textarea");
  Object.assign(area, { rows: 1, spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "soft" });
  area.maxLength = FIELD_MAX;
  area.setAttribute("autocorrect", "off");
  area.setAttribute("aria-label", label);
  field.append(behind, area);

  const update = () => {
    const text = area.value;
    const isPlain = isLong(text);
    field.classList.toggle("is-plain", isPlain);
    // The last line needs something in it to have its height.
    code.textContent = isPlain ? "" : text.endsWith("\n") || text === "" ? `${text} ` : text;
    colour(code);
    follow();
  };
  const follow = () => {
    behind.scrollTop = area.scrollTop;
  };

  /** Whether a text fits in place of the selection. If not, it is refused as a whole: half a program is none. */
  const fits = (text) => {
    const whole = `${area.value.slice(0, area.selectionStart)}${text}${area.value.slice(area.selectionEnd)}`;
    if (isTooLong(whole)) {
      say(`too long for a prompt, which takes ${count(LINES_MAX)} lines and ${count(FIELD_MAX)} characters; the playground takes more`);
      return false;
    }
    // Before it is put there: a browser lays it out at once.
    if (isLong(whole)) {
      field.classList.add("is-plain");
    }
    return true;
  };
  const refuse = (event, text) => {
    if (!fits(text ?? "")) {
      event.preventDefault();
    }
  };
  area.addEventListener("paste", (event) => refuse(event, event.clipboardData?.getData("text/plain")));
  area.addEventListener("drop", (event) => refuse(event, event.dataTransfer?.getData("text/plain")));
  area.addEventListener("beforeinput", (event) => {
    if (event.inputType === "insertText" || event.inputType === "insertLineBreak") {
      refuse(event, event.data ?? "\n");
    }
  });
  area.addEventListener("input", update);
  area.addEventListener("scroll", follow, { passive: true });
  update();

  return {
    element: field,
    area,
    get value() {
      return area.value;
    },
    set value(text) {
      area.value = text.slice(0, FIELD_MAX);
      update();
    },
    /** Puts a text in place of the selection, as typing does. */
    insert(text) {
      if (fits(text)) {
        area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
        update();
      }
    },
  };
}

/** The white space that the next line begins with: that of this one, and more after what opens a block. */
export function indentation(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = line.match(/^[ \t]*/)[0];
  return /(\b(do|then|else|repeat)|\bfunction\b[^)]*\)|[{(])\s*$/.test(line) ? `${indent}  ` : indent;
}
