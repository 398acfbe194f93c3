// The tour: what its sections have besides prompts.

import { colour } from "./highlight.js";
import { showPulse } from "./pulse.js";
import { tasks } from "./tasks.js";
import { trials } from "./trials.js";
import { turns } from "./turns.js";

/** Lets the browser draw and answer in between: all at once would be a long task while the page loads. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

document.querySelector("#fallback").hidden = typeof WebAssembly === "object";
await pause();
await import("./repl.js");
await pause();
showPulse(document.querySelector(".pulse"));
turns(document.querySelector("#turns"));
await pause();
tasks(document.querySelector("#task-panel"));
await pause();
for (const code of document.querySelectorAll("pre.lua > code")) {
  await colour(code);
}
await pause();
await trials(document.querySelector("#trials"), pause);
