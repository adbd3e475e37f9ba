import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { DashboardState } from "../../../observe/mod.ts";
import { needsTool } from "../_system_tool.ts";
import { Browser } from "./_browser.ts";
import { Served } from "./_served.ts";

/** Without a browser nothing here is run, which counts as failed in CI. */
const NEEDS_BROWSER = { ...needsTool("chromium", "chromium"), timeout: 300_000 };

/** The figures of the page by their names, and the reading that they are of. */
const FIGURES = `Object.fromEntries([...document.querySelectorAll("#figures data")].map((figure) =>
  [figure.id.replace("figure-", ""), figure.getAttribute("value")]))`;

async function state(url: string, after = 0): Promise<DashboardState> {
  const { searchParams } = new URL(url);
  const headers = { authorization: `Bearer ${searchParams.get("token")}` };
  return await (await fetch(new URL(`api/state?after=${after}`, url), { headers })).json() as DashboardState;
}

/** The names in the first column of a table. */
const names = (table: string): string =>
  `[...document.querySelectorAll("#${table} tbody td:first-child button")].map((name) => name.textContent)`;

const dark = "getComputedStyle(document.body).backgroundColor";

test("the page shows the figures of the API, moves, and asks nobody else", NEEDS_BROWSER, async () => {
  await using served = await Served.start();
  await using browser = new Browser();
  assert.equal(await browser.open({ url: served.url }), 200);
  await browser.wait(`document.querySelector("#figure-reading") !== null`);
  const [figures, { samples, metrics }] = [
    await browser.evaluate<Record<string, string>>(FIGURES),
    await state(served.url),
  ];
  const sample = samples.find(({ number }) => String(number) === figures["reading"]);
  assert.ok(sample !== undefined, `reading ${figures["reading"]} is not among those of the API`);
  assert.deepEqual(
    [figures["live"], figures["committed"], figures["resident"], figures["limit"], figures["blocks"]],
    [sample.liveBytes, sample.commitBytes, sample.residentBytes, sample.limitBytes, sample.liveBlocks].map(String),
  );
  assert.equal(figures["heaps"], String(metrics.heaps.length));
  assert.deepEqual((await browser.evaluate<string[]>(names("heaps-table"))).sort(), [
    "cache",
    "images",
    "request scopes",
  ]);
  assert.deepEqual(await browser.evaluate<string[]>(names("threads-table")), ["main"]);
  // The address in the browser has no token any more.
  assert.equal(await browser.evaluate("location.search"), "");

  const chart = `document.querySelector("#memory-chart canvas").toDataURL()`;
  const [before, shown] = await browser.evaluate<[string, number]>(
    `[${chart}, Number(document.querySelector("#figure-reading").value)]`,
  );
  await browser.wait(`Number(document.querySelector("#figure-reading").value) > ${shown + 3}`);
  assert.notEqual(await browser.evaluate<string>(chart), before, "the chart stands still");
  const label = await browser.evaluate<string>(`document.querySelector("#rate-chart").getAttribute("aria-label")`);
  assert.match(label, /now [\d,.]+ per second$/);
  await browser.wait(`document.querySelector("#map-picture").naturalWidth > 0`);
  await browser.wait(`document.querySelector("#profile-picture").naturalWidth > 0`);
  await browser.wait(`document.querySelectorAll("#sizes-table tbody tr").length > 5`);
  await browser.wait(`document.querySelector("#leaks-table tbody button")?.textContent.includes("served.ts")`);
  assert.match(
    await browser.evaluate(`document.querySelector("#map-picture").alt`),
    /^Map of the heap cache: [\d,]+ blocks/,
  );
  assert.equal(await browser.download(`#downloads a[download="metrics.json"]`), "metrics.json");

  const { messages, requests } = await browser.heard();
  assert.deepEqual(messages, []);
  const { origin } = new URL(served.url);
  assert.ok(requests.length > 10);
  assert.deepEqual(requests.filter((request) => new URL(request).origin !== origin), []);
  assert.equal(await browser.open({ url: `${origin}/?token=wrong` }), 401);
  assert.equal(await served.close(), 0);
});

test("the page is used by keyboard, and read in light and dark and on a phone", NEEDS_BROWSER, async () => {
  await using served = await Served.start();
  await using browser = new Browser();
  await browser.open({ url: served.url });
  await browser.wait(`document.querySelector("#heaps-table tbody button") !== null`);
  const light = await browser.evaluate<string>(dark);
  // Sorted by a click on a head, and the other way by another one, both of the keyboard.
  await browser.evaluate(`document.querySelector("#heaps-table th button").focus()`);
  await browser.press("Enter");
  assert.deepEqual(await browser.evaluate(names("heaps-table")), ["cache", "images", "request scopes"]);
  await browser.press("Enter");
  assert.deepEqual(await browser.evaluate(names("heaps-table")), ["request scopes", "images", "cache"]);
  assert.equal(await browser.evaluate(`document.querySelector("#heaps-table th").ariaSort`), "descending");
  // Opened, and still open and under the finger after the next readings.
  await browser.evaluate(`document.querySelectorAll("#heaps-table tbody button")[2].focus()`);
  await browser.press("Space");
  const reading = await browser.evaluate<number>(`Number(document.querySelector("#figure-reading").value)`);
  await browser.wait(`Number(document.querySelector("#figure-reading").value) > ${reading + 2}`);
  assert.equal(await browser.evaluate("document.activeElement.textContent"), "cache");
  assert.equal(await browser.evaluate("document.activeElement.ariaExpanded"), "true");
  assert.match(
    await browser.evaluate(`document.querySelector("#heaps-table dl").textContent`),
    /limit bytes64 MiB \(67,108,864\)/,
  );
  await browser.press("Space");
  assert.equal(await browser.evaluate(`document.querySelector("#heaps-table dl")`), null);
  // Every control and picture has a name.
  const nameless =
    `[...document.querySelectorAll("button, select, input, img:not([hidden]), [role=img], [role=region], table")]
    .filter((part) => !(part.textContent.trim() || part.ariaLabel || part.alt || part.labels?.length)).map((part) => part.outerHTML)`;
  assert.deepEqual(await browser.evaluate(nameless), []);
  await browser.click("#pause");
  await browser.wait(`document.querySelector("#status").textContent === "Paused"`);

  await browser.open({ url: served.url, colorScheme: "dark", width: 375, height: 700 });
  await browser.wait(`document.querySelector("#map-picture").naturalWidth > 0`);
  assert.notEqual(await browser.evaluate(dark), light);
  assert.equal(await browser.evaluate("document.documentElement.scrollWidth"), 375);
  assert.deepEqual((await browser.heard()).messages, []);
});

test("the page stays usable with 1,000 heaps", NEEDS_BROWSER, async () => {
  await using served = await Served.start(1000);
  await using browser = new Browser();
  await browser.open({ url: served.url });
  await browser.wait(`document.querySelectorAll("#heaps-table tbody tr").length === 50`);
  assert.match(
    await browser.evaluate(`document.querySelector("#heaps-table .tools span").textContent`),
    /^1 to 50 of 1,003$/,
  );
  // The longest that the page did not answer in, over several readings; the machine may be busy in some of them.
  const measure = (): Promise<number> =>
    browser.evaluate<number>(`new Promise((resolve) => {
    const [start, first] = [performance.now(), Number(document.querySelector("#figure-reading").value)];
    let [last, most] = [start, 0];
    const tick = () => {
      const now = performance.now();
      most = Math.max(most, now - last);
      last = now;
      if (Number(document.querySelector("#figure-reading").value) > first + 4) resolve(most);
      else setTimeout(tick, 0);
    };
    tick();
  })`);
  let longest = await measure();
  for (let run = 1; run < 10 && longest >= 1000; run++) longest = Math.min(longest, await measure());
  assert.ok(longest < 1000, `${longest} ms without an answer`);
  await browser.evaluate(`(() => {
    const filter = document.querySelector("#heaps-table input");
    filter.value = "tenant 99";
    filter.dispatchEvent(new Event("input"));
  })()`);
  const found = await browser.evaluate<string[]>(names("heaps-table"));
  assert.equal(found.length, 11);
  assert.equal(found[0], "tenant 999");
  assert.deepEqual((await browser.heard()).messages, []);
});

/** Where the pictures of the README go; unset, none are written. */
const PICTURES = process.env["WRITE_SCREENSHOTS"];

test("the README's pictures of the page are written when asked for", {
  ...NEEDS_BROWSER,
  ...(PICTURES ? {} : { skip: true }),
}, async () => {
  const directory = join(fileURLToPath(new URL("../../..", import.meta.url)), "docs/pictures");
  mkdirSync(directory, { recursive: true });
  await using served = await Served.start();
  for (const colorScheme of ["light", "dark"] as const) {
    await using browser = new Browser();
    await browser.open({ url: served.url, colorScheme, width: 960, height: 900 });
    await browser.wait(`Number(document.querySelector("#figure-reading")?.value) > 60`);
    await browser.screenshot(join(directory, `dashboard_${colorScheme}.png`));
  }
});
