// What a host can stop with wasmoon, as src/main.rs for the others: each script in a process of its own, which gets
// three seconds. The host sets a timeout of 0.2 seconds and a limit on memory. Run
// `npm install --no-save wasmoon@1.16.0` first.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The scripts are those of main.rs.
const own = fileURLToPath(import.meta.url);
const main = readFileSync(new URL("src/main.rs", import.meta.url), "utf8");
const list = main.slice(main.indexOf("SCRIPTS"), main.indexOf("];"));
const scripts = [...list.matchAll(/\(\s*"([^"]*)",\s*"([^"]*)",?\s*\)/g)].map(([, name, source]) => [name, source]);

const wanted = process.argv[2];
if (wanted) {
  const { LuaFactory } = await import("wasmoon");
  const lua = await new LuaFactory().createEngine({ traceAllocations: true });
  lua.global.setMemoryMax(32 << 20);
  lua.global.setTimeout(Date.now() + 200);
  try {
    console.log("returned", lua.doStringSync(scripts.find(([name]) => name === wanted)[1]));
  } catch (error) {
    console.log("error:", error.message.split("\n")[0]);
  }
} else {
  for (const [name] of scripts) {
    const { stdout, error } = spawnSync(process.execPath, [own, name], { timeout: 3000, encoding: "utf8" });
    const end = error?.code === "ETIMEDOUT" ? "still running after 3 s" : stdout.split("\n")[0] || "the process died";
    console.log(`${name}: ${end}`);
  }
}
