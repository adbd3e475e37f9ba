import assert from "node:assert/strict";
import { test } from "node:test";
import { renderPage } from "../../examples/lru_server/render_page.ts";
import { RunningExample } from "./_run_example.ts";

async function figures(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Object.fromEntries(text.trim().split("\n").map((line) => line.split(" ")).map(([k, v]) => [k, Number(v)]));
}

test("examples/lru_server.ts keeps the pages that were asked for last, below its limit", async () => {
  // Six pages fit; each has about the same length.
  const limit = Math.floor(renderPage("a").length * 6.5);
  const example = new RunningExample("lru_server", ["--port=0", `--max-bytes=${limit}`]);
  try {
    const [, url] = await example.printed(/^Listening on (\S+)$/m);
    const seen: string[] = [];
    for (const name of ["a", "b", "a", "c", "d", "e", "f", "g", "g", "a"]) {
      const response = await fetch(`${url}/pages/${name}`);
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), Uint8Array.from(renderPage(name)));
      seen.push(`${name} ${response.headers.get("x-cache")}`);
    }
    // The seventh takes the place of "b", because "a" was used after it.
    assert.deepEqual(seen.filter((line) => line.endsWith(" hit")), ["a hit", "g hit", "a hit"]);
    assert.equal((await fetch(`${url}/other`)).status, 404);
    const state = await figures(url!);
    assert.deepEqual([state.cache_hits, state.cache_misses], [3, 7]);
    assert.ok(state.cache_bytes! <= limit && state.cache_pages! === 7 - state.cache_evicted!, JSON.stringify(state));
    assert.ok(state.cache_evicted! > 0);
    assert.equal(await example.stop(), 0);
    assert.match(example.output, /^3 hits, 7 misses, \d+ evicted; 0 blocks live$/m);
  } finally {
    example.kill();
  }
});
