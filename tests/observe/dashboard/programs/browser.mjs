// deno-lint-ignore-file no-console explicit-function-return-type
// Drives the browser of the system for a test, in Node.js because that is what playwright-core is made for: a question
// in JSON on each line of the standard input, an answer on each line of the standard output.
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { chromium } from "playwright-core";
import { findCommand } from "../../../../scripts/setup/run_command.mjs";

/** Milliseconds. */
const PATIENCE = 200_000;

const executablePath = findCommand("chromium");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: PATIENCE });
/** What the pages said and asked for. */
const heard = { messages: [], requests: [] };
let page;

const ACTIONS = {
  async open({ url, width = 1200, height = 900, colorScheme = "light" }) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    // A browser takes long to begin on a busy machine.
    context.setDefaultTimeout(PATIENCE);
    page = await context.newPage();
    page.on("console", (message) => heard.messages.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => heard.messages.push(`error: ${error.message}`));
    page.on("request", (request) => heard.requests.push(request.url()));
    const response = await page.goto(url);
    return response.status();
  },
  evaluate: ({ code }) => page.evaluate(code),
  // page.waitForFunction() has the page itself evaluate code, which its policy forbids.
  async wait({ code }) {
    for (const end = performance.now() + PATIENCE; !await page.evaluate(code);) {
      if (performance.now() > end) throw new Error("it does not come true");
      await setTimeout(100);
    }
  },
  press: ({ key }) => page.keyboard.press(key),
  click: ({ selector }) => page.click(selector),
  async download({ selector }) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(selector)]);
    return file.suggestedFilename();
  },
  screenshot: async ({ path, fullPage = false }) => void await page.screenshot({ path, fullPage }),
  heard: () => heard,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { action, ...options } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ result: await ACTIONS[action](options) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ failure: error.message }));
  }
}
await browser.close();
