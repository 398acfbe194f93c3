// A browser and a server for the tests of the pages.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

const ROOT = new URL("../../", import.meta.url);
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where a browser is; undefined if there is none. */
export const browserPath = BROWSERS.find((path) => path && existsSync(path));

/** Builds the pages and serves them; `stop` ends that. */
export async function serve() {
  const server = spawn("cargo", ["xtask", "web", "serve", "0"], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const stop = () => process.kill(-server.pid);
  let printed = "";
  for await (const text of server.stdout) {
    printed += text;
    const found = /^http:\S+/m.exec(printed);
    if (found) {
      return { url: found[0], stop };
    }
  }
  throw new Error("the pages were not built");
}

/** Starts a browser with a profile of its own. */
export async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "fife-web-"));
  const browser = await puppeteer.launch({
    executablePath: browserPath,
    headless: true,
    userDataDir: profile,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--font-render-hinting=none",
    ],
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
