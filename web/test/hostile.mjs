// What a hostile visitor, or a careless one, does to the pages: part of browser.mjs.

import { deflateRawSync } from "node:zlib";

const fragment = (source) => `code=${deflateRawSync(Buffer.from(source)).toString("base64url")}`;

/** Scripts that flood the console with what is slow to lay out. */
const FLOODS = {
  "joined letters": 'local s = ("\\u{645}"):rep(100000) while true do print(s) end',
  "words of joined letters": 'local s = (("\\u{645}"):rep(8) .. " "):rep(110) while true do print(s) end',
  "combining consonants": 'local s = ("\\u{915}\\u{94d}"):rep(50000) while true do print(s) end',
  "letters with fifty marks": 'local s = ("a" .. ("\\u{301}"):rep(50)):rep(2000) while true do print(s) end',
  "both directions": 'local s = ("\\u{645}\\u{202e}\\u{1F600}\\u{200d}"):rep(20000) while true do print(s) end',
  "two kinds in turns": 'warn("@on") while true do print("x") warn("y") end',
};

export async function hostile({ check, expect, open, until, sleep, longestOfProcessor, TASK_MAX, consoleText, isBusy, interrupt, server }) {
  /** Does something to a page, and expects no task of it to take the processor long. */
  const traced = async (path, attack) => {
    const page = await open(path, { isTraced: true });
    let note;
    try {
      note = await attack(page);
      const { time } = await longestOfProcessor(page);
      expect(time <= TASK_MAX, `a task had ${time.toFixed(1)} ms of the processor`);
      note = `${note ? `${note}; ` : ""}at most ${time.toFixed(1)} ms`;
      expect(page.complaints.length === 0, page.complaints.join("; "));
    } finally {
      await page.close();
    }
    return note;
  };

  const output = (page) => page.$eval("#output", (it) => [...it.children].map((child) => child.textContent).join("\n"));

  /** Pastes a text into what has the focus, as a person does. */
  const paste = async (page, text) => {
    await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
    await page.keyboard.press("v", { commands: ["Paste"] });
    await sleep(100);
  };

  const focusEditor = (page) => page.$eval("#editor", (it) => it.shadowRoot.querySelector(".cm-content").focus());

  for (const [name, source] of Object.entries(FLOODS)) {
    await check(`a flood of ${name} holds nothing up`, () =>
      traced(`playground.html#${fragment(source)}`, async (page) => {
        await until("output", async () => (await output(page)).length > 0);
        await sleep(1500);
        const [state, isAtEnd] = await page.$eval("#output", (it) => [
          document.querySelector("#state").textContent,
          it.scrollHeight - it.scrollTop - it.clientHeight < 2,
        ]);
        expect(state === "running" && isAtEnd, `${state}, at its end: ${isAtEnd}`);
      }));
  }

  await check("a long line is folded, and all lines are there when it is calm", () =>
    traced(`playground.html#${fragment('print(("\\u{645}"):rep(100000)) for i = 1, 600 do print("line " .. i) end')}`, async (page) => {
      await until("all lines", async () => /^م{1000} … \(198000 bytes more\)\nline 1\n[^]*\nline 600$/.test((await output(page)).replaceAll("\u200b", "")));
      const height = await page.$eval("#output", (it) => it.scrollHeight);
      expect(height > 600 * 15, `${height} pixels`);
    }));

  await check("who reads further up is left there", () =>
    traced("playground.html", async (page) => {
      await page.waitForSelector("body[data-ready]");
      const run = (source) => page.evaluate((hash) => (location.hash = hash), fragment(source));
      await run('for i = 1, 900 do print("line " .. i) end while true do coroutine.wrap(function() end)() if math.random(100000) == 1 then print("more") end end');
      await until("lines", async () => (await output(page)).includes("line 900"));
      const seen = () =>
        page.$eval("#output", (it) => {
          const { left, top } = it.getBoundingClientRect();
          const range = document.caretRangeFromPoint(left + 40, top + 60);
          return range.startContainer.data.slice(0, range.startOffset).split("\n").length + range.startContainer.data.slice(0, 40);
        });
      await until("all of them", async () => (await output(page)).includes("line 1\n"));
      await page.$eval("#output", (it) => {
        it.scrollTop -= 3000;
      });
      await sleep(500);
      const before = await seen();
      await sleep(500);
      const after = await seen();
      expect(before === after && /line \d+/.test(after), `${before} became ${after}`);
    }));

  await check("who reads further up is left there by a flood, too", () =>
    traced(`playground.html#${fragment('for i = 1, 5000 do print("line " .. i) end for i = 1, 3e6 do end while true do print("flood") end')}`, async (page) => {
      await until("a flood", async () => (await output(page)).includes("flood"));
      await page.$eval("#output", (it) => {
        it.scrollTop -= 300;
      });
      await sleep(300);
      const [top, text] = await page.$eval("#output", (it) => [it.scrollTop, it.textContent.slice(-100)]);
      await sleep(700);
      const later = await page.$eval("#output", (it) => [it.scrollTop, it.textContent.slice(-100)]);
      expect(top > 0 && later[1] === text, `${top} ${text} became ${later}`);
      await page.$eval("#output", (it) => {
        it.scrollTop = it.scrollHeight;
      });
      await sleep(300);
      const isAtEnd = await page.$eval("#output", (it) => it.scrollHeight - it.scrollTop - it.clientHeight < 2);
      expect(isAtEnd, "it does not follow again");
    }));

  await check("a prompt refuses what is too long, and says so", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=prompt] textarea");
      await sleep(500);
      const area = "fife-repl[console=prompt] textarea";
      const message = "too long for a prompt, which takes 1,000 lines and 16,384 characters; the playground takes more";
      const messages = async () => (await consoleText(page, "prompt")).split(message).length - 1;
      await page.focus(area);
      for (const [text, isTaken] of [
        ["x = 1\n".repeat(170000), false],
        ["\n".repeat(1000), false],
        ["x = 1\n".repeat(999), true],
        ["\u0645".repeat(16000), true],
        ["1 ".repeat(2000), true],
      ]) {
        const before = await messages();
        await paste(page, text);
        const value = await page.$eval(area, (it) => it.value);
        expect(value === (isTaken ? text : "") && (await messages()) === before + (isTaken ? 0 : 1), `${value.length} of ${text.length}`);
        await page.$eval(area, (it) => it.select());
        await page.keyboard.press("Delete");
      }
      await paste(page, `${"x = 1\n".repeat(690)}return x`);
      await page.keyboard.type(" + 1");
      await page.keyboard.press("Enter");
      await until("an answer", async () => (await consoleText(page, "prompt")).endsWith("\n2"));
      expect((await page.$eval(area, (it) => it.value)) === "", "it was not run");
    }));

  await check("a prompt shows the lines that are typed, however many", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=prompt] textarea");
      await page.focus("fife-repl[console=prompt] textarea");
      await paste(page, Array.from({ length: 60 }, (_, at) => `x = ${at}`).join("\n"));
      const [text, layer] = await page.$eval("fife-repl[console=prompt] .field", (it) => [it.querySelector("textarea").scrollTop, it.querySelector("pre").scrollTop]);
      expect(text > 100 && text === layer, `the text is at ${text}, its colours at ${layer}`);
    }));

  await check("a source that is too long is refused with a message", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=prompt] textarea");
      await page.$eval("fife-repl[console=prompt]", (it) => it.run("x = 1\n".repeat(50000)));
      await until("a message", async () => (await consoleText(page, "prompt")).includes("the source is too long: it has 300,000 bytes, and a machine takes 262,144 bytes at most"));
      await page.$eval("fife-repl[console=prompt]", (it) => it.run("6 * 7"));
      await until("an answer", async () => (await consoleText(page, "prompt")).includes("42"));
    }));

  await check("a key that is held down leaves no long queue", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=loop] textarea");
      await page.$eval("fife-repl[console=loop]", (it) => {
        it.run("while true do end");
        for (let count = 0; count < 100; count += 1) {
          it.run("1 + 1");
        }
      });
      await until("a word", async () => (await consoleText(page, "loop")).endsWith("20 inputs wait already: no more are taken"));
      await interrupt(page, "loop");
      await until("it ends", async () => !(await isBusy(page, "loop")), 3000);
      const text = await consoleText(page, "loop");
      expect(text.split("wait already").length === 2 && !text.includes("1 + 1"), text);
    }));

  await check("so it is in the editor, which goes on", () =>
    traced("playground.html", async (page) => {
      await page.waitForSelector("body[data-ready]");
      await focusEditor(page);
      await paste(page, "x = 1\n".repeat(2e5));
      await until("a word", () => page.$eval("#said", (it) => /^That is too long for the editor: 1,200,000 characters/.test(it.textContent)));
      await paste(page, "x = 1\n".repeat(50000));
      await page.click("#run");
      await until("a message", async () => (await output(page)).includes("the source is too long"));
      const state = await page.evaluate(() => ["state", "run", "stop"].map((id) => document.getElementById(id)).map((it) => it.disabled ?? it.textContent).join(" "));
      expect(state === "not started false true", state);
      await page.click("#share");
      await until("a word", () => page.$eval("#said", (it) => /too long for a link/.test(it.textContent)));
      await page.select("#example", "0");
      await page.click("#run");
      await until("primes", async () => (await output(page)).includes("25 primes"));
    }));

  await check("an editor with a long program answers to each key", () =>
    traced("playground.html", async (page) => {
      await page.waitForSelector("body[data-ready]");
      await focusEditor(page);
      await paste(page, "local a = { 1, 2 } -- x\n".repeat(10000));
      await sleep(200);
      await page.keyboard.type("print(1)");
      await sleep(200);
      const shown = await page.$eval("#editor", (it) => it.shadowRoot.querySelectorAll(".lua-number").length);
      expect(shown > 10 && shown < 2000, `${shown} numbers in colour`);
    }));

  await check("a long echo, message and traceback are folded", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=prompt] textarea");
      const run = (source) => page.$eval("fife-repl[console=prompt]", (it, text) => it.run(text), source);
      await run(`x = "${"\u0645".repeat(50000)}"`);
      await until("a fold", async () => /… \(96\d\d\d bytes more\)/.test(await consoleText(page, "prompt")));
      await run('error(("\\u{645}"):rep(1e6), 0)');
      await until("another", async () => /… \(1\d{4} bytes more\)/.test((await consoleText(page, "prompt")).split("\u203a").at(-1)));
      await run("x = 1\n".repeat(5000));
      await until("a third", async () => /x = 1\n?.* … \(\d+ bytes more\)$/.test(await consoleText(page, "prompt")));
    }));

  await check("the task table has an end, and says so", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("#trials [data-trial=source]");
      for (let count = 0; count < 25; count += 1) {
        await page.$eval("[data-start=counter]", (it) => {
          for (let click = 0; click < 10; click += 1) {
            it.click();
          }
        });
        await sleep(20);
      }
      const rows = () => page.$$eval("#task-panel tbody tr", (all) => all.length);
      const said = () => page.$eval("#task-panel .said", (it) => it.textContent);
      await until("the last row", async () => (await rows()) === 200);
      expect(/There are 200 tasks/.test(await said()), await said());
      await sleep(1500);
      await page.$eval("#task-panel tbody tr .actions button:last-child", (it) => it.click());
      expect((await rows()) === 199 && (await said()) === "", `${await rows()} ${await said()}`);
      await page.$eval("[data-start=talker]", (it) => it.click());
      await until("another row", async () => (await rows()) === 200);
      // All get their turns, and none of them much more than another.
      const turns = await page.evaluate(async () => {
        const { scheduler } = await import(new URL("scheduler.js", document.baseURI));
        const counters = [...scheduler.jobs].filter((job) => job.title.startsWith("counter"));
        const before = counters.map((job) => job.turns);
        for (let frames = 0; frames < 60; frames += 1) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        return counters.map((job, at) => job.turns - before[at]);
      });
      expect(turns.length === 199 && Math.max(...turns) - Math.min(...turns) <= 2 && Math.min(...turns) > 0, `${Math.min(...turns)} to ${Math.max(...turns)} turns`);
      return `${await rows()} rows`;
    }));

  await check("each link that cannot be used has its message", async () => {
    const told = [];
    for (const [hash, pattern] of [
      [`code=${"A".repeat(399000)}`, /^This link is too long: 399,000 characters, of 353,108 at most\.$/],
      [`code=${fragment("x = 1\n".repeat(50000)).slice(5)}`, /^The program of this link is too long: a machine takes 262,144 bytes at most\.$/],
      [fragment("x".repeat(2e8)), /^The program of this link is too long/],
      [fragment("print('a whole program')").slice(0, -9), /^This link is damaged/],
      ["code=%%%", /^This link is damaged/],
      ["code=", /^This link is damaged/],
      [fragment("print(1)") + "AAAA", /^This link is damaged/],
      [`code=${deflateRawSync(Buffer.from([0xff, 0xfe])).toString("base64url")}`, /^This link is damaged/],
      ["code2=AAAA", /^This link has format 2, which this page does not know/],
      ["editor", /^$/],
    ]) {
      const note = await traced(`playground.html#${hash}`, async (page) => {
        await page.waitForSelector("body[data-ready]");
        const [said, state] = await page.evaluate(() => ["said", "state"].map((id) => document.getElementById(id).textContent));
        expect(pattern.test(said) && state === "ready", `${hash.slice(0, 20)}: "${said}", ${state}`);
      });
      told.push(Number(/([\d.]+) ms/.exec(note)[1]));
    }
    return `a task had ${Math.max(...told)} ms at most`;
  });

  await check("a link of two million characters costs little more than the browser's own work with it", async () => {
    // Of that, and of the page without a link.
    const hash = `#code=${"A".repeat(2e6)}`;
    const times = [];
    for (const path of [`icon.svg${hash}`, "playground.html", `playground.html${hash}`]) {
      const page = await open(path, { isTraced: true });
      if (path.startsWith("playground")) {
        await page.waitForSelector("body[data-ready]");
      }
      await sleep(300);
      times.push((await longestOfProcessor(page, 1)).time);
      if (path.endsWith(hash)) {
        const said = await page.evaluate(() => document.getElementById("said")?.textContent ?? "");
        expect(path.startsWith("icon") || /^This link is too long: 2,000,006 characters, of /.test(said), said);
      }
      await page.close();
    }
    const [bare, empty, long] = times;
    expect(long <= 1.5 * (bare + empty) + 20, times.join(" "));
    return `${times.map((it) => it.toFixed(0)).join(", ")} ms: a bare page, no link, both`;
  });

  await check("all that a machine takes fits into a link", () =>
    traced("playground.html", async (page) => {
      await page.waitForSelector("body[data-ready]");
      // What does not become shorter.
      const source = `--[[${Array.from({ length: 190000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 60))).join("")}]] print("it fits")`;
      await page.evaluate(
        (hash) => (location.hash = hash),
        fragment(source),
      );
      await until("output", async () => (await output(page)).includes("it fits"));
    }));

  await check("finalizers of a dropped script neither mix with another prompt's output nor stop it", () =>
    traced("index.html", async (page) => {
      await page.waitForSelector("fife-repl[console=left] textarea");
      const run = (name, source) => page.$eval(`fife-repl[console=${name}]`, (it, text) => it.run(text), source);
      await run("left", "for i = 1, 3 do setmetatable({}, {__gc = function() print('left behind') end}) end while true do end");
      await until("it runs", () => isBusy(page, "left"));
      await sleep(200);
      await page.$eval("fife-repl[console=left]", (it) => it.job.drop());
      await run("right", "collectgarbage() print('right')");
      await until("an answer", async () => /right\s*$/.test(await consoleText(page, "right")));
      const [of, printed] = await page.$eval("fife-repl[console=right]", (it) => [".finalizer", ".printed"].map((kind) => [...it.querySelectorAll(kind)].map((node) => node.textContent).join("\n")));
      expect(/^(left behind\n?){3}$/.test(of) && printed === "right", `"${of}" "${printed}"`);

      await run("left", "local meta = {__gc = function() while true do pcall(function() while true do end end) end end} for i = 1, 20000 do setmetatable({}, meta) end while true do end");
      await sleep(1000);
      await page.$eval("fife-repl[console=left]", (it) => it.job.drop());
      const before = Date.now();
      await run("right", "collectgarbage() return 6 * 7");
      await until("an answer", async () => (await consoleText(page, "right")).includes("42"), 60000);
      expect(/finalizers took too long, and were dropped/.test(await consoleText(page, "right")), await consoleText(page, "right"));
      const took = Date.now() - before;
      await run("right", "while true do end");
      await until("it runs", () => isBusy(page, "right"));
      await interrupt(page, "right");
      await until("it ends", async () => !(await isBusy(page, "right")), 3000);
      return `20,000 that never end took ${took} ms`;
    }));

  await check("a screen reader finds all lines, and is told of what happens", async () => {
    const page = await open("index.html");
    await page.waitForSelector("fife-repl[console=prompt] textarea");
    const client = await page.createCDPSession();
    await client.send("Accessibility.enable");
    await page.$eval("fife-repl[console=prompt]", (it) => it.run("for i = 1, 500 do print(i) end"));
    const log = () => page.$eval("fife-repl[console=prompt] .console", (it) => [it.ariaBusy, it.children.length]);
    await until("calm", async () => (await log()).join() === "false,21");
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    const found = nodes.find((node) => node.role?.value === "log");
    const texts = [];
    const visit = (id) => {
      const node = nodes.find((it) => it.nodeId === id);
      if (node.role?.value === "StaticText") {
        texts.push(node.name.value);
      } else {
        node.childIds.forEach(visit);
      }
    };
    visit(found.nodeId);
    const lines = texts.join("\n").split("\n");
    const numbers = Array.from({ length: 500 }, (_, at) => String(at + 1));
    expect(found.name.value === "Prompt: output" && texts.some((it) => it.includes("print(i)")), texts.join(" ").slice(0, 200));
    expect(numbers.every((number) => lines.includes(number)), `${lines.length} lines`);
    await page.close();
  });

  await check("the keyboard is not lost with a button that goes", async () => {
    const page = await open("index.html");
    await page.waitForSelector("#trials [data-trial=source]");
    const focused = () => page.evaluate(() => `${document.activeElement.tagName} ${document.activeElement.ariaLabel ?? document.activeElement.textContent}`);
    await page.$eval("fife-repl[console=loop]", (it) => {
      it.run("while true do end");
    });
    await until("it runs", () => isBusy(page, "loop"));
    await page.focus("fife-repl[console=loop] .stop");
    await page.keyboard.press("Enter");
    await until("it ends", async () => !(await isBusy(page, "loop")));
    const told = [await focused()];
    for (let count = 0; count < 2; count += 1) {
      await page.$eval("[data-start=counter]", (it) => it.click());
    }
    await until("rows", () => page.$("#task-panel tbody tr:nth-child(2)"));
    await sleep(300);
    await page.focus("#task-panel tbody .actions button:last-child");
    for (let count = 0; count < 2; count += 1) {
      told.push(await focused());
      await page.keyboard.press("Enter");
      await sleep(50);
    }
    told.push(await focused());
    const bench = await open(`playground.html#${fragment("while true do end")}`);
    await until("it runs", () => bench.$eval("#stop", (it) => !it.disabled));
    await bench.focus("#stop");
    await bench.keyboard.press("Enter");
    await until("it ends", () => bench.$eval("#stop", (it) => it.disabled));
    told.push(await bench.evaluate(() => document.activeElement.id));
    await bench.focus(".skip");
    await bench.keyboard.press("Enter");
    await bench.keyboard.type("print");
    told.push(await bench.evaluate(() => document.querySelector("#editor").shadowRoot.activeElement.ariaLabel + (location.hash.length > 10)));
    const expected = "TEXTAREA A prompt that loops: Lua code, BUTTON Drop counter 1, BUTTON Drop counter 2, BUTTON Start a counter, run, Lua programtrue";
    expect(told.join(", ") === expected, told.join(", "));
    await page.close();
    await bench.close();
  });

  await check("a machine that fails takes nothing else along", async () => {
    const page = await open("index.html");
    await page.waitForSelector("#trials [data-trial=source]");
    const run = (name, source) =>
      page.$eval(`fife-repl[console=${name}]`, (it, text) => {
        it.run(text);
      }, source);
    await run("left", "x = 1");
    await run("right", "x");
    await until("a value", async () => (await consoleText(page, "right")).endsWith("1"));
    await run("loop", "i = 0 while true do i = i + 1 end");
    await until("another runs", () => isBusy(page, "loop"));
    // As if the browser had no memory for it.
    await page.$eval("fife-repl[console=left]", async (it) => {
      const machine = await it.machine();
      machine.exports = { ...machine.exports, fife_step: () => { throw new WebAssembly.RuntimeError("unreachable"); } };
    });
    await run("left", "while true do end");
    await until("a word", async () => /the machine failed/.test(await consoleText(page, "left")));
    await run("right", "y = 2 return x, y");
    await until("a new machine", async () => /this prompt has a new machine\nnil, 2$/.test(await consoleText(page, "right")));
    await run("left", "y");
    await until("the same one", async () => (await consoleText(page, "left")).endsWith("2"));
    expect(await isBusy(page, "loop"), "another prompt has stopped");
    await interrupt(page, "loop");
    await until("it ends", async () => !(await isBusy(page, "loop")), 3000);
    expect(page.complaints.length === 0, page.complaints.join("; "));
    await page.close();
  });

  await check("a page that has no module says so, and tries again", async () => {
    for (const path of ["index.html", "playground.html"]) {
      let isThere = false;
      const lame = await open("icon.svg");
      await lame.setRequestInterception(true);
      lame.on("request", (request) => (request.url().endsWith("fife.wasm") && !isThere ? request.respond({ status: 503, body: "" }) : request.continue()));
      await lame.goto(new URL(path, server.url).href, { waitUntil: "load" });
      if (path === "playground.html") {
        await until("a message", () => lame.$eval("#said", (it) => /^The playground cannot start: fife.wasm: 503/.test(it.textContent)));
      } else {
        await lame.waitForSelector("fife-repl[console=prompt] textarea");
        await lame.focus("fife-repl[console=prompt] textarea");
        await lame.keyboard.type("6 * 7");
        await lame.keyboard.press("Enter");
        await until("a message", async () => /fife.wasm: 503/.test(await consoleText(lame, "prompt")));
        isThere = true;
        await lame.keyboard.type("6 * 7");
        await lame.keyboard.press("Enter");
        await until("an answer", async () => (await consoleText(lame, "prompt")).endsWith("42"));
      }
      await lame.close();
    }
  });
}
