// Colours for Lua, by the compiler's own scanner and the browser's custom highlights: no element is made for a token, so a text stays one node.
// Where a browser has no custom highlights, there are no colours.

import { reader, TOKENS } from "./fife.js";

const has = typeof Highlight === "function" && CSS.highlights;
const highlights = TOKENS.map((name) => {
  if (!has || name === "") {
    return null;
  }
  const highlight = new Highlight();
  CSS.highlights.set(`lua-${name}`, highlight);
  return highlight;
});

/** The ranges of each node, to be taken away when it changes. */
const ranges = new WeakMap();

/** Longer texts have no colours: each token is a range, which the browser keeps up to date, and there may be one for every two characters. */
export const LENGTH_MAX = 4096;

/** Takes the colours of a node away. */
export function forget(node) {
  for (const [kind, range] of ranges.get(node) ?? []) {
    highlights[kind].delete(range);
  }
  ranges.delete(node);
}

/** Colours the text of an element, which has a single text node. */
export async function colour(element) {
  if (!has) {
    return;
  }
  const instance = await reader().catch(() => null);
  const node = element.firstChild;
  forget(element);
  if (!instance || node?.nodeType !== Node.TEXT_NODE || node.length > LENGTH_MAX) {
    return;
  }
  const tokens = instance.tokens(node.data);
  const found = [];
  for (let at = 0; at < tokens.length; at += 3) {
    const kind = tokens[at];
    if (highlights[kind]) {
      const range = new Range();
      range.setStart(node, tokens[at + 1]);
      range.setEnd(node, tokens[at + 2]);
      highlights[kind].add(range);
      found.push([kind, range]);
    }
  }
  ranges.set(element, found);
}
