// The module for tests in node: the one that `cargo xtask web build` made.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);

/** Where the built pages are. */
export const folder = process.env.FIFE_WEB ?? `${process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("target", root))}/web/pages`;

/** The compiled module. */
export async function wasm() {
  return WebAssembly.compile(await readFile(`${folder}/fife.wasm`));
}
