// The editor of the playground: CodeMirror, in colours of the compiler's own scanner.
//
// It lives in a shadow root, where CodeMirror's styles are adopted style sheets: a strict policy allows those, and no `<style>` elements.

import { reader, SOURCE_MAX, TOKENS } from "./fife.js";
import { indentation } from "./field.js";
import { count } from "./numbers.js";
import {
  Decoration,
  EditorSelection,
  EditorState,
  EditorView,
  StateEffect,
  StateField,
  ViewPlugin,
  bracketMatching,
  defaultKeymap,
  drawSelection,
  highlightActiveLine,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  keymap,
  lineNumbers,
} from "./vendor/codemirror.js";

/** Longer programs have no colours: no machine takes them. */
const LENGTH_MAX = SOURCE_MAX;

/** The most characters that are put in at once. What is too long for a machine may be there, to be shortened; this is no use any more. */
const PASTE_MAX = 4 * SOURCE_MAX;

const marks = TOKENS.map((name) => (name === "" ? null : Decoration.mark({ class: `lua-${name}` })));

/** The index of the first token that ends behind a place. */
function firstBehind(tokens, place) {
  let [low, high] = [0, tokens.length / 3];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens[3 * middle + 2] > place) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/** Scans the whole text at each change, which takes a millisecond for a thousand lines, and colours what is to be seen of it. */
function colours(instance) {
  const scan = (state) => (state.doc.length > LENGTH_MAX ? new Uint32Array() : instance.tokens(state.doc.toString()));
  const decorate = (view, tokens) => {
    const found = [];
    for (const { from, to } of view.visibleRanges) {
      for (let at = 3 * firstBehind(tokens, from); at < tokens.length && tokens[at + 1] < to; at += 3) {
        const mark = marks[tokens[at]];
        // A token may be in two ranges.
        if (mark && tokens[at + 1] >= (found.at(-1)?.to ?? 0)) {
          found.push(mark.range(tokens[at + 1], tokens[at + 2]));
        }
      }
    }
    return Decoration.set(found);
  };
  return ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.tokens = scan(view.state);
        this.decorations = decorate(view, this.tokens);
      }
      update(update) {
        if (update.docChanged) {
          this.tokens = scan(update.state);
        }
        if (update.docChanged || update.viewportChanged) {
          this.decorations = decorate(update.view, this.tokens);
        }
      }
    },
    { decorations: (it) => it.decorations },
  );
}

const setError = StateEffect.define();

/** The line and the token of an error, until the text changes. */
const errorField = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setError)) {
        return effect.value;
      }
    }
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "transparent", color: "var(--ink)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "14px 0" },
  ".cm-line": { padding: "0 16px 0 8px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none", padding: "0 4px 0 8px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--wash)" },
  ".cm-activeLineGutter": { color: "var(--soft)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--selection)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)" },
  ".cm-error-line": { backgroundColor: "var(--error-wash)" },
  ".cm-error-token": { textDecoration: "underline wavy var(--error) 1px", textUnderlineOffset: "4px" },
  ".lua-comment": { color: "var(--lua-comment)" },
  ".lua-word": { color: "var(--lua-word)" },
  ".lua-number": { color: "var(--lua-number)" },
  ".lua-string": { color: "var(--lua-string)" },
});

/** Makes the editor in an element. `say` is called with a message where something does not fit into it. */
export async function makeEditor(parent, { text, onrun, say }) {
  const instance = await reader();
  const refuse = (data) => {
    const length = data?.getData("text/plain").length ?? 0;
    if (length > PASTE_MAX) {
      say(`That is too long for the editor: ${count(length)} characters. A machine takes ${count(SOURCE_MAX)}.`);
    }
    return length > PASTE_MAX;
  };
  const root = parent.attachShadow({ mode: "open" });
  const newLine = ({ state, dispatch }) => {
    const change = state.changeByRange((range) => {
      const line = state.doc.lineAt(range.from);
      const insert = `\n${indentation(line.text.slice(0, range.from - line.from))}`;
      return {
        changes: { from: range.from, to: range.to, insert },
        range: EditorSelection.cursor(range.from + insert.length),
      };
    });
    dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
    return true;
  };
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        errorField,
        colours(instance),
        look,
        EditorState.tabSize.of(2),
        // A browser that puts text in place of coloured lines leaves elements with styles, which the policy refuses with a complaint.
        EditorView.domEventHandlers({
          paste: (event) => refuse(event.clipboardData) && (event.preventDefault(), true),
          drop: (event) => refuse(event.dataTransfer) && (event.preventDefault(), true),
          beforeinput(event, view) {
            if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) {
              return false;
            }
            event.preventDefault();
            view.dispatch({ ...view.state.replaceSelection(event.data), scrollIntoView: true, userEvent: "input.type" });
            return true;
          },
        }),
        EditorView.contentAttributes.of({ "aria-label": "Lua program", autocapitalize: "off", spellcheck: "false" }),
        keymap.of([
          { key: "Mod-Enter", run: () => (onrun(), true) },
          { key: "Enter", run: newLine },
          // Tab alone moves on, so that the keyboard is never caught here.
          { key: "Mod-]", run: indentMore },
          { key: "Mod-[", run: indentLess },
          ...defaultKeymap,
          ...historyKeymap,
        ]),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
    },
    /** Marks where an error is: its line, and its token if that is known. */
    mark(report) {
      const found = [];
      if (report && report.line > 0 && report.line <= view.state.doc.lines) {
        const line = view.state.doc.line(report.line);
        found.push(Decoration.line({ class: "cm-error-line" }).range(line.from));
        const bytes = new TextEncoder().encode(line.text).subarray(0, Math.max(report.column - 1, 0));
        const from = line.from + new TextDecoder().decode(bytes).length;
        const tokens = instance.tokens(view.state.doc.toString());
        for (let at = 0; report.column > 0 && at < tokens.length; at += 3) {
          if (tokens[at + 1] <= from && from < tokens[at + 2]) {
            found.push(Decoration.mark({ class: "cm-error-token" }).range(from, tokens[at + 2]));
          }
        }
      }
      view.dispatch({ effects: setError.of(Decoration.set(found)) });
    },
    focus: () => view.focus(),
  };
}
