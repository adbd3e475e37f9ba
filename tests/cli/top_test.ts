import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../mod.ts";
import { type DashboardState, serveDashboard } from "../../observe/mod.ts";
import { Cli, runCli } from "./_cli.ts";

test("mimalloc top --once shows the figures of the dashboard", { timeout: 300_000 }, async () => {
  using heap = new Heap({ name: "tiles\x1b[31m", limit: 2 ** 20 });
  using other = new Heap({ name: "rest" });
  heap.allocate(Uint8Array, 100_000);
  other.allocate(Uint8Array, 10);
  await using dashboard = await serveDashboard({ every: 50 });
  const { status, stdout, stderr } = await runCli(["top", dashboard.url, "--once"]);
  assert.deepEqual([status, stderr], [0, ""]);
  assert.match(stdout, /^mimalloc \d+\.\d+\.\d+ {2}up \d+ s {2}\d{4}-/);
  // Nothing of a name is a command to the terminal.
  assert.match(stdout, /^tiles·\[31m +heap +97\.7 KiB +1 +0 B +0 +1 MiB$/m);
  assert.match(stdout, /^rest +heap +10 B +1 +0 B +0 +-$/m);
  assert.ok(stdout.indexOf("tiles") < stdout.indexOf("rest"));
  assert.match(stdout, /^main +\d+/m);
  // deno-lint-ignore no-control-regex -- these are what must not be there
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f]/);
  const few = await runCli(["top", dashboard.url, "--once", "--rows", "1"]);
  assert.doesNotMatch(few.stdout, /^rest/m);
  assert.match(few.stdout, /^… and \d+ more$/m);
});

test("mimalloc top --json tells the readings until the dashboard is closed", { timeout: 300_000 }, async () => {
  const dashboard = await serveDashboard({ every: 50 });
  const cli = new Cli(["top", dashboard.url, "--json"]);
  try {
    await cli.printed(`"number":4`);
  } finally {
    await dashboard.close();
  }
  const { status, stdout, stderr } = await cli.ended();
  assert.deepEqual([status, stderr], [0, "mimalloc top: the dashboard was closed\n"]);
  const states = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as DashboardState);
  const numbers = states.flatMap(({ samples }) => samples.map(({ number }) => number));
  assert.deepEqual(numbers, Array.from(numbers, (_, index) => numbers[0]! + index));
  assert.equal(states[0]!.metrics.allocator, "mimalloc");
});

test("mimalloc top says when the token is wrong, and does not repeat it", { timeout: 300_000 }, async () => {
  await using dashboard = await serveDashboard();
  const { status, stderr } = await runCli(["top", `${dashboard.url}wrong`, "--once"]);
  assert.equal(status, 2);
  assert.match(stderr, /^mimalloc: Cannot read the dashboard: Cannot show the dashboard: .*token included\n$/);
  assert.ok(!stderr.includes(dashboard.token));
});
