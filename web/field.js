// A field for Lua: a textarea that grows with its text, with the colours behind it.

import { colour } from "./highlight.js";

/** Makes a field, which may stand wherever a textarea may. */
export function makeField(label) {
  const field = document.createElement("div");
  field.className = "field";
  const behind = document.createElement("pre");
  behind.setAttribute("aria-hidden", "true");
  const code = document.createElement("code");
  behind.append(code);
  const area = document.createElement("textarea");
  Object.assign(area, { rows: 1, spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "soft" });
  area.setAttribute("autocorrect", "off");
  area.setAttribute("aria-label", label);
  field.append(behind, area);

  const update = () => {
    // The last line needs something in it to have its height.
    code.textContent = area.value.endsWith("\n") || area.value === "" ? `${area.value} ` : area.value;
    colour(code);
  };
  area.addEventListener("input", update);
  update();

  return {
    element: field,
    area,
    get value() {
      return area.value;
    },
    set value(text) {
      area.value = text;
      update();
    },
    /** Puts a text in place of the selection, as typing does. */
    insert(text) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      update();
    },
  };
}

/** The white space that the next line begins with: that of this one, and more after what opens a block. */
export function indentation(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = line.match(/^[ \t]*/)[0];
  return /(\b(do|then|else|repeat)|\bfunction\b[^)]*\)|[{(])\s*$/.test(line) ? `${indent}  ` : indent;
}
