// The tour: what its sections have besides prompts.

import { colour } from "./highlight.js";
import { showPulse } from "./pulse.js";
import "./repl.js";
import { tasks } from "./tasks.js";
import { trials } from "./trials.js";
import { turns } from "./turns.js";

document.querySelector("#fallback").hidden = typeof WebAssembly === "object";
showPulse(document.querySelector(".pulse"));
for (const code of document.querySelectorAll("pre.lua > code")) {
  colour(code);
}
turns(document.querySelector("#turns"));
tasks(document.querySelector("#task-panel"));
trials(document.querySelector("#trials"));
