// Puts the bundled editor here, and beside it the licences of all packages that are in it.

import { readFileSync, writeFileSync } from "node:fs";

const meta = JSON.parse(readFileSync("node_modules/.meta.json", "utf8"));
const names = new Set();
for (const path of Object.keys(meta.inputs)) {
  const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (found) {
    names.add(found[1]);
  }
}
const parts = [...names].sort().map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  if (license !== "MIT") {
    throw new Error(`${name}: its licence is ${license}`);
  }
  return `${name} ${version}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
const title = "The file codemirror.js beside this one is made of these packages, by `npm run vendor`.";
writeFileSync("vendor/LICENSE-codemirror.txt", [title, ...parts].join("\n" + "-".repeat(80) + "\n\n"));
const banner = "// CodeMirror 6, made by `npm run vendor` from vendor/entry.js. MIT: see LICENSE-codemirror.txt.\n";
writeFileSync("vendor/codemirror.js", banner + readFileSync("node_modules/.codemirror.js", "utf8"));
