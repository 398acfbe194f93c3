// The pages in a browser: node test/browser.mjs
//
// Needs Chromium (Debian: chromium) and puppeteer-core (npm install). Says SKIPPED without them. Screenshots go to target/web-shots.

import { mkdir } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { hostile } from "./hostile.mjs";

let tools;
try {
  tools = await import("./browser-tools.mjs");
} catch (error) {
  console.log(`BROWSER SKIPPED: ${error.message}`);
  process.exit(0);
}
if (!tools.browserPath) {
  console.log("BROWSER SKIPPED: there is no Chromium");
  process.exit(0);
}

const shots = new URL("../../target/web-shots/", import.meta.url).pathname;
await mkdir(shots, { recursive: true });

/** The longest that a task of the browser may take, in milliseconds. */
const TASK_MAX = 100;

/**
 * Whether the machine had nothing else to do when this began. Then the time counts that tasks took, and else the processor's: a task that is
 * kept from a core is long whatever it does.
 */
const isQuiet = loadavg()[0] < cpus().length / 2;

/** Checks whose names have none of these words are left out, for one who works at a page: node test/browser.mjs flood link */
const wanted = process.argv.slice(2);

let passed = 0;
let failed = 0;
let left = 0;

/** Runs a check, and says how it went. */
async function check(name, run) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) {
    left += 1;
    return;
  }
  const before = Date.now();
  try {
    const note = await run();
    passed += 1;
    console.log(`ok      ${name}${note ? `: ${note}` : ""} (${Date.now() - before} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
  }
}

function expect(isTrue, text) {
  if (!isTrue) {
    throw new Error(text);
  }
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until something is as it should be. */
async function until(what, ask, patience = 20000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`${what}: waited for ${patience} ms`);
    }
    await sleep(20);
  }
}

const server = await tools.serve();
const { browser, close } = await tools.launch();

await browser.defaultBrowserContext().overridePermissions(new URL(server.url).origin, ["clipboard-read", "clipboard-sanitized-write"]);

/** A page that notes long tasks, violations of its policy and errors. One at a time is traced. */
async function open(path, { isTraced = false, theme = "light", width = 1280, height = 900 } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && page.complaints.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith("data:")) {
      page.complaints.push(`asked for ${request.url()}`);
    }
  });
  await page.evaluateOnNewDocument(() => {
    window.longTasks = [];
    window.violations = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        window.longTasks.push([Math.round(entry.startTime), Math.round(entry.duration)]);
      }
    }).observe({ type: "longtask", buffered: true });
    addEventListener("securitypolicyviolation", (event) => {
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  if (isTraced) {
    await page.tracing.start({ categories: ["toplevel", "blink.user_timing"] });
  }
  await page.goto(new URL(path, server.url).href, { waitUntil: "load" });
  return page;
}

/** The mark by which a page's thread is told from those of the browser's own pages. */
const MARK = "this is the page";

/** The most of the processor's time that a task of a page took since it was opened, in milliseconds. */
async function longestOfProcessor(page, least = 50) {
  await page.evaluate((mark) => performance.mark(mark), MARK);
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  const key = (event) => `${event.pid} ${event.tid}`;
  const threads = new Set(traceEvents.filter((event) => event.name === MARK).map(key));
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && event.name.endsWith("RunTask") && threads.has(key(event)));
  expect(tasks.length > least, `${tasks.length} tasks in the trace`);
  const start = Math.min(...tasks.map((event) => event.ts));
  const longest = tasks.reduce((one, other) => (other.tdur > one.tdur ? other : one));
  return { time: longest.tdur / 1000, at: Math.round((longest.ts - start) / 1000) };
}

/** What stands in a prompt's console, also where it is too far away to be laid out. */
const consoleText = (page, name) =>
  page.$eval(`fife-repl[console=${name}] .console`, (it) => [...it.children].map((child) => child.textContent).join("\n"));

/** Types a line into a prompt and presses Enter. */
async function type(page, name, text) {
  await page.focus(`fife-repl[console=${name}] textarea`);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

const isBusy = (page, name) => page.$eval(`fife-repl[console=${name}]`, (it) => it.job !== null);

const clickExample = (page, name, index) =>
  page.$$eval(`fife-repl[console=${name}] .try`, (all, at) => all[at].click(), index);

const interrupt = (page, name) => page.$eval(`fife-repl[console=${name}] .stop`, (it) => it.click());

/** Interrupts a prompt, and waits until it is done. */
async function end(page, name) {
  await interrupt(page, name);
  await until(`${name} ends`, async () => !(await isBusy(page, name)), 3000);
}

/** Checks what no page may do. */
async function checkManners(page, title) {
  await check(`${title}: nothing took the page more than ${TASK_MAX} ms`, async () => {
    const tasks = await page.evaluate(() => window.longTasks);
    const long = tasks.filter(([, duration]) => duration > TASK_MAX);
    const { time, at } = await longestOfProcessor(page);
    const note = `the longest task, at ${at} ms, had ${time.toFixed(1)} ms of the processor`;
    expect(time <= TASK_MAX, note);
    if (long.length > 0) {
      expect(!isQuiet, `tasks of ${JSON.stringify(long)} (start, duration); ${note}`);
      return `${note}. On this busy machine ${long.length} took longer than ${TASK_MAX} ms: ${JSON.stringify(long)} (start, duration)`;
    }
    return `${note}; ${tasks.length} took more than 50 ms, none more than ${TASK_MAX} ms`;
  });
  await check(`${title}: no violation of its policy, no error, nothing asked of others`, async () => {
    const violations = await page.evaluate(() => window.violations);
    expect(violations.length === 0, violations.join("; "));
    expect(page.complaints.length === 0, page.complaints.join("; "));
  });
}

/** What becomes of the hostile scripts. */
const verdicts = {
  memory: /Stopped by an error/,
  tables: /Stopped by an error/,
  pattern: /Dropped/,
  catch: /Dropped/,
  recursion: /Stopped by an error/,
  flood: /Dropped/,
  sort: /./,
  finalizer: /Returned/,
  coroutines: /Stopped by an error/,
  source: /Returned/,
};

try {
  const page = await open("index.html", { isTraced: true });
  await until("the whole page", () => page.$(`[data-trial=${Object.keys(verdicts).at(-1)}]`));

  for (const name of ["prompt", "loop", "left", "right", "coroutines", "ring", "watch"]) {
    await check(`the prompt "${name}" answers`, async () => {
      await type(page, name, "6 * 7");
      await until("an answer", async () => (await consoleText(page, name)).includes("42"));
    });
  }

  await check("what is not complete gets another line", async () => {
    await type(page, "prompt", "for i = 1, 2 do");
    await page.keyboard.type("print('line', i)");
    await page.keyboard.press("Enter");
    await page.keyboard.type("end");
    await page.keyboard.press("Enter");
    await until("two lines", async () => /line\s+1\s+line\s+2/.test(await consoleText(page, "prompt")));
  });

  await check("errors show their place", async () => {
    await clickExample(page, "prompt", 3);
    const text = await until("an error", async () => {
      const shown = await consoleText(page, "prompt");
      return shown.includes("attempt to index a nil value (field 'list')") && shown;
    });
    expect(/1 │ local t = \{\} return t\.list\[1\]\s+│ +\^/.test(text), text);
  });

  await check("values and coroutines are shown", async () => {
    await clickExample(page, "prompt", 1);
    await until("a table", async () => (await consoleText(page, "prompt")).includes('{likes = {"Lua", "Rust"}, name = "Ada"}'));
    for (const index of [0, 1, 2]) {
      await clickExample(page, "coroutines", index);
    }
    await until("a pause in a sort", async () => /F\s+i\s+f\s+e\s/.test(await consoleText(page, "coroutines")) && / < \d\?"/.test(await consoleText(page, "coroutines")));
  });

  await check("the left prompt counts while the right one reads", async () => {
    await clickExample(page, "left", 0);
    await until("the left one runs", () => isBusy(page, "left"));
    const seen = [];
    for (let round = 0; round < 4; round += 1) {
      await sleep(150);
      const before = (await consoleText(page, "right")).length;
      await clickExample(page, "right", 0);
      const text = await until("a number", async () => {
        const shown = (await consoleText(page, "right")).slice(before);
        return /\n\d+\s*$/.test(shown) && shown;
      });
      seen.push(Number(text.match(/(\d+)\s*$/)[1]));
    }
    expect(await isBusy(page, "left"), "the left one has stopped");
    expect(seen.every((it, at) => at === 0 || it > seen[at - 1]), seen.join(" "));
    await end(page, "left");
    return seen.join(" < ");
  });

  await check("an endless loop keeps what it has done", async () => {
    await clickExample(page, "loop", 0);
    await sleep(500);
    await end(page, "loop");
    await clickExample(page, "loop", 1);
    await until("a number", async () => /\bi\s+\d{4,}\s*$/.test(await consoleText(page, "loop")));
  });

  await check("an interrupt answers within 500 ms after 5 s of printing", async () => {
    await clickExample(page, "loop", 2);
    await sleep(5000);
    expect(await isBusy(page, "loop"), "it has ended");
    const took = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const repl = document.querySelector("fife-repl[console=loop]");
          const before = performance.now();
          const ask = () => {
            if (repl.job === null && repl.querySelector(".console").textContent.includes("interrupted!")) {
              resolve(performance.now() - before);
            } else {
              requestAnimationFrame(ask);
            }
          };
          repl.querySelector(".stop").click();
          ask();
        }),
    );
    expect(took <= 500, `${Math.round(took)} ms`);
    return `${Math.round(took)} ms`;
  });

  await check("what catches the interrupt can be dropped", async () => {
    await clickExample(page, "loop", 3);
    await sleep(300);
    await interrupt(page, "loop");
    await until("the button to drop", () => page.$eval("fife-repl[console=loop] .stop", (it) => it.textContent === "Drop"));
    await end(page, "loop");
    await until("a word about it", async () => (await consoleText(page, "loop")).endsWith("dropped"));
  });

  await check("a million lines leave few nodes", async () => {
    await type(page, "prompt", "for i = 1, 1e6 do print(i) end");
    await until("the end", async () => (await consoleText(page, "prompt")).endsWith("1000000"), 120000);
    const [inConsole, inAll] = await page.evaluate(() => {
      const count = (root) => {
        const walker = document.createTreeWalker(root);
        let nodes = 0;
        while (walker.nextNode()) {
          nodes += 1;
        }
        return nodes;
      };
      return [count(document.querySelector("fife-repl[console=prompt] .console")), document.querySelectorAll("*").length];
    });
    const lines = (await consoleText(page, "prompt")).split("\n").length;
    expect(inConsole < 1100 && inAll < 1100, `${inConsole} nodes, ${inAll} elements of the page`);
    expect(lines <= 1001, `${lines} lines`);
    return `${inConsole} nodes for ${lines} lines; ${inAll} elements in the whole page`;
  });

  await check("a memory bomb ends, and the page lives", async () => {
    await type(page, "prompt", "local s = 'x' while true do s = s .. s end");
    await until("the error", async () => (await consoleText(page, "prompt")).includes("not enough memory"));
    await page.keyboard.down("Control");
    await page.keyboard.press("l");
    await page.keyboard.up("Control");
    await type(page, "prompt", "local t = {} while true do t = {t, {}, {}} end");
    await until("the error", async () => (await consoleText(page, "prompt")).includes("not enough memory"), 60000);
    await type(page, "prompt", "'still ' .. 'here'");
    await until("an answer", async () => (await consoleText(page, "prompt")).includes('"still here"'));
  });

  await check("a ring hands over without end, and so does a runner", async () => {
    const hops = async () => {
      const before = (await consoleText(page, "watch")).length;
      await clickExample(page, "watch", 0);
      const text = await until("hops", async () => {
        const shown = (await consoleText(page, "watch")).slice(before);
        return /\n\d+\s*$/.test(shown) && shown;
      });
      return Number(text.match(/(\d+)\s*$/)[1]);
    };
    const seen = [await hops()];
    for (const index of [0, 1]) {
      await clickExample(page, "ring", index);
      await sleep(400);
      seen.push(await hops());
      await end(page, "ring");
    }
    await clickExample(page, "ring", 2);
    await until("the chain's error", async () => (await consoleText(page, "ring")).includes("cannot resume non-suspended coroutine"));
    expect(seen[0] < seen[1] && seen[1] < seen[2], seen.join(" "));
    return seen.join(" < ");
  });

  await check("the slider sets the fuel of a turn", async () => {
    await page.click("#turns [data-action=run]");
    const cells = (row) => page.$$eval(`#turns tbody tr:nth-child(${row}) td`, (all) => all.map((it) => Number(it.textContent.replaceAll(",", ""))));
    const set = (power) =>
      page.$eval("#turn-fuel", (it, value) => {
        it.value = value;
        it.dispatchEvent(new Event("input"));
      }, power);
    const rates = [];
    for (const power of [6, 12, 20]) {
      await set(power);
      await sleep(1200);
      const [counted, rate, between] = await cells(1);
      expect(counted > 0 && rate > 0, `${counted} ${rate}`);
      rates.push(`2^${power}: ${rate} turns/s, ${between} units between`);
      expect(power < 20 || between >= 2 * 2 ** 20, `${between} units between turns`);
      if (power === 12) {
        await page.$eval("#fuel", (it) => it.scrollIntoView({ behavior: "instant" }));
        await page.screenshot({ path: `${shots}turns.png` });
      }
    }
    await page.click("#turns [data-action=run]");
    return rates.join("; ");
  });

  await check("tasks are limited, paused, continued and dropped", async () => {
    await page.$eval("#tasks", (it) => it.scrollIntoView({ behavior: "instant" }));
    for (const kind of ["counter", "talker", "sorter", "counter"]) {
      await page.click(`[data-start=${kind}]`);
    }
    const rows = () =>
      page.$$eval("#task-panel tbody tr", (all) =>
        all.map((row) => ({ state: row.dataset.state, fuel: row.cells[3].textContent, lines: Number(row.cells[4].textContent.replaceAll(",", "")) })));
    await until("four tasks that run", async () => (await rows()).filter((it) => it.state === "running").length === 4);
    await page.select("#task-panel tbody tr:nth-child(1) select", "100000");
    await page.select("#task-panel tbody tr:nth-child(2) select", "10000");
    await until("an empty tank", async () => (await rows()).some((it) => it.state === "thirsty"));
    await page.$eval("#task-panel tbody tr:nth-child(3) .actions button", (it) => it.click());
    await until("a pause", async () => (await rows())[2].state === "paused");
    const before = (await rows())[2].fuel;
    await sleep(600);
    expect((await rows())[2].fuel === before, "a paused task used fuel");
    await page.screenshot({ path: `${shots}tasks.png` });
    await page.$eval("#task-panel tbody tr:nth-child(3) .actions button", (it) => it.click());
    await until("it goes on", async () => (await rows())[2].state === "running" && (await rows())[2].fuel !== before);
    const lines = (await rows())[1].lines;
    await until("more lines", async () => (await rows())[1].lines > lines);
    for (const row of [4, 3]) {
      await page.$eval(`#task-panel tbody tr:nth-child(${row}) .actions button:last-child`, (it) => it.click());
    }
    await page.click("[data-start=glutton]");
    await until("the glutton's error", async () => (await page.$eval("#task-panel .console", (it) => it.textContent)).includes("not enough memory"), 60000);
    for (let count = 0; count < 3; count += 1) {
      await page.$eval("#task-panel tbody tr .actions button:last-child", (it) => it.click());
    }
    expect((await rows()).length === 0, "a task is left");
  });

  for (const [name, pattern] of Object.entries(verdicts)) {
    await check(`the hostile script "${name}" harms nothing`, async () => {
      await page.$eval(`[data-trial=${name}] button`, (it) => {
        it.scrollIntoView({ block: "center", behavior: "instant" });
        it.click();
      });
      const verdict = await until("a verdict", () =>
        page.$eval(`[data-trial=${name}] .verdict`, (it) => /after/.test(it.textContent) && it.textContent), 30000);
      expect(pattern.test(verdict), verdict);
      return verdict;
    });
  }
  await check("after all of that a prompt answers", async () => {
    await type(page, "prompt", "'as good as ' .. 'new'");
    await until("an answer", async () => (await consoleText(page, "prompt")).includes("as good as new"));
  });
  await page.$eval("#hostile", (it) => it.scrollIntoView({ behavior: "instant" }));
  await page.screenshot({ path: `${shots}hostile.png` });
  await checkManners(page, "the tour");
  await page.close();

  await check("the keyboard alone is enough", async () => {
    const keys = await open("index.html");
    const focused = () => keys.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.closest("fife-repl")?.getAttribute("console")}`);
    const seen = [];
    for (; (await focused()) !== "TEXTAREA prompt"; seen.push(await focused())) {
      expect(seen.length < 30, `Tab does not get to the prompt, but to ${seen.join(", ")}`);
      await keys.keyboard.press("Tab");
    }
    await keys.keyboard.type("1 + 2");
    await keys.keyboard.press("Enter");
    await until("an answer", async () => (await consoleText(keys, "prompt")).includes("3"));
    await keys.keyboard.press("ArrowUp");
    await keys.keyboard.type("0");
    await keys.keyboard.press("Enter");
    await until("an answer", async () => (await consoleText(keys, "prompt")).includes("21"));
    await keys.keyboard.type("while true do end");
    await keys.keyboard.press("Enter");
    await until("it runs", () => isBusy(keys, "prompt"));
    await keys.keyboard.press("Escape");
    await until("it ends", async () => !(await isBusy(keys, "prompt")));
    for (let count = 0; (await focused()) !== "TEXTAREA loop"; count += 1) {
      expect(count < 30, "Tab does not get out of the prompt");
      await keys.keyboard.press("Tab");
    }
    await keys.close();
  });

  await check("the playground runs, marks errors and stops", async () => {
    const bench = await open("playground.html", { isTraced: true });
    await bench.waitForSelector("body[data-ready]");
    await bench.click("#run");
    await until("primes", () => bench.$eval("#output", (it) => it.textContent.includes("25 primes up to 100")));
    await bench.select("#example", "4");
    await bench.click("#run");
    await until("an error", () => bench.$eval("#output", (it) => it.textContent.includes("attempt to index a nil value (field 'sever')")));
    await until("a mark", () => bench.$eval("#editor", (it) => it.shadowRoot.querySelector(".cm-error-token")?.textContent === "port"));
    await bench.screenshot({ path: `${shots}playground.png` });
    await bench.select("#example", "5");
    await bench.click("#run");
    await sleep(700);
    await bench.keyboard.press("Escape");
    await until("the end", () => bench.$eval("#state", (it) => it.textContent === "failed"), 3000);
    await checkManners(bench, "the playground");
    await bench.close();
  });

  await check("a link carries the program, and runs after a reload", async () => {
    const bench = await open("playground.html", { isTraced: true });
    await bench.waitForSelector("body[data-ready]");
    await bench.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-content").focus());
    await bench.keyboard.down("Control");
    await bench.keyboard.press("a");
    await bench.keyboard.up("Control");
    await bench.keyboard.type("print('geteilt: äöü €')\nprint(6 * 7)");
    await bench.click("#share");
    await until("a link", () => bench.evaluate(() => location.hash.startsWith("#code=")));
    await bench.reload({ waitUntil: "load" });
    await until("its output", () => bench.$eval("#output", (it) => it.textContent.includes("geteilt: äöü €\n42")));
    const length = await bench.evaluate(() => location.hash.length);
    // Tab leaves the editor.
    await bench.evaluate(() => document.querySelector("#editor").shadowRoot.querySelector(".cm-content").focus());
    await bench.keyboard.press("Tab");
    expect(await bench.evaluate(() => document.activeElement.id !== "editor"), "Tab does not leave the editor");
    await checkManners(bench, "the shared link");
    await bench.close();
    return `${length} characters`;
  });

  await hostile({ check, expect, open, until, sleep, longestOfProcessor, TASK_MAX, consoleText, isBusy, interrupt, server });

  for (const theme of ["light", "dark"]) {
    const shot = await open("index.html", { theme, height: 1000 });
    // The one in README: both prompts of one machine, at twice the size.
    await shot.setViewport({ width: 1180, height: 900, deviceScaleFactor: 2 });
    await clickExample(shot, "left", 0);
    for (let round = 0; round < 3; round += 1) {
      await sleep(400);
      await clickExample(shot, "right", 0);
    }
    await sleep(400);
    const clip = await shot.evaluate(() => {
      const head = document.querySelector("#two h2").getBoundingClientRect();
      const pair = document.querySelector("#two .pair").getBoundingClientRect();
      const [left, top, edge] = [pair.left + scrollX, head.top + scrollY, 28];
      return { x: left - edge, y: top - edge, width: pair.width + 2 * edge, height: pair.bottom - head.top + 2 * edge };
    });
    await shot.screenshot({ path: `${shots}pair-${theme}.png`, clip, captureBeyondViewport: true });
    await end(shot, "left");
    await shot.setViewport({ width: 1280, height: 1000 });
    await clickExample(shot, "prompt", 1);
    await clickExample(shot, "prompt", 3);
    await sleep(700);
    await shot.screenshot({ path: `${shots}tour-${theme}.png` });
    await shot.screenshot({ path: `${shots}tour-full-${theme}.png`, fullPage: true });
    await shot.close();
    const bench = await open("playground.html", { theme });
    await bench.waitForSelector("body[data-ready]");
    await bench.select("#example", "4");
    await bench.click("#run");
    await sleep(700);
    await bench.screenshot({ path: `${shots}playground-${theme}.png` });
    await bench.close();
    const phone = await open("index.html", { theme, width: 390, height: 844 });
    await sleep(500);
    await phone.screenshot({ path: `${shots}phone-${theme}.png` });
    expect(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "a phone has to scroll sideways");
    await phone.close();
  }
} catch (error) {
  failed += 1;
  console.log(`FAILED  ${error.stack}`);
} finally {
  await close();
  server.stop();
}
console.log(`${passed} passed, ${failed} failed${left > 0 ? `, ${left} LEFT OUT` : ""}`);
process.exitCode = failed === 0 ? 0 : 1;
