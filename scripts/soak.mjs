#!/usr/bin/env node
// deno-lint-ignore-file explicit-function-return-type no-console
// `npm run soak`: a million scopes, 200,000 heaps and ten million blocks on both
// runtimes and every library version, then Workers that send, free and end at random
// for a minute; memory must stay flat, and nothing be lost. With --hours it plays
// random steps with new seeds instead, with --fleet it loads the resident service.
import process from "node:process";
import { setup } from "./setup.mjs";
import { soakFleet } from "./soak/fleet/run_fleet.mjs";
import { fuzzUntil } from "./soak/run_fuzz.mjs";
import { runSoak } from "./soak/run_soak.mjs";
import { stressThreads } from "./soak/run_stress.mjs";
import { Progress } from "./start/progress.mjs";
import { formatTable } from "./start/table.mjs";
import { killAll } from "./test/run.mjs";

const HELP = `npm run soak [-- options]

  --divisor <number>  do that part of the work, 50 for a fiftieth
  --hours <number>    play random steps for so long instead, each play with a new
                      seed; what goes wrong is printed with the command that repeats it
  --fleet <minutes>   load examples/fleet.ts for so long on each runtime instead, beside clients
                      that leave, send nonsense and stall, and up to its limit
  --markdown          print the table as markdown
  --help              this text
`;

/** How long Workers send and end at random. */
const STRESS_SECONDS = 60;

/** Random steps of each play. */
const STEPS = 200_000;

const HEAD = ["runtime, library", "phase", "count", "seconds", "RSS at half", "RSS at end", "growth", "live bytes"];

function parseArguments(words) {
  const asked = { divisor: 1, hours: 0, minutes: 0, markdown: false, help: false };
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === "--help") asked.help = true;
    else if (word === "--markdown") asked.markdown = true;
    else if (word === "--divisor") asked.divisor = Number(words[++index]);
    else if (word === "--hours") asked.hours = aboveZero("hours", words[++index]);
    else if (word === "--fleet") asked.minutes = aboveZero("minutes", words[++index]);
    else throw new Error(`Cannot read the argument ${word}: try --help`);
  }
  if (asked.divisor >= 1) return asked;
  throw new Error(`Cannot divide the work by ${asked.divisor}: the divisor is a number from 1 on`);
}

function aboveZero(unit, word) {
  const number = Number(word);
  if (number > 0) return number;
  throw new Error(`Cannot go on for ${word} ${unit}: expected a number above 0`);
}

async function fuzz(tools, hours) {
  const targets = tools.libraries.flatMap((library) =>
    ["deno", "bun"].map((runtime) => ({ runtime, executable: tools[runtime], library }))
  );
  const end = Date.now() + hours * 3_600_000;
  const faults = await fuzzUntil({ end, targets, steps: STEPS, tell: (line) => console.log(line) });
  if (faults.length === 0) return;
  console.error(`${faults.length} went wrong:\n${faults.join("\n")}`);
  process.exitCode = 1;
}

function toRow({ runtime, version, phase, count, seconds, rss, growth, liveBytes }) {
  const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    `${runtime} ${version}`,
    phase,
    count.toLocaleString("en"),
    seconds.toFixed(2),
    megabytes(rss[rss.length / 2]),
    megabytes(rss.at(-1)),
    `${(100 * growth).toFixed(1)} %`,
    String(liveBytes),
  ];
}

async function main() {
  const { divisor, hours, minutes, markdown, help } = parseArguments(process.argv.slice(2));
  if (help) return console.log(HELP);
  const tools = await setup();
  if (hours > 0) return fuzz(tools, hours);
  const progress = new Progress();
  const results = [];
  for (const library of minutes > 0 ? tools.libraries.slice(-1) : tools.libraries) {
    for (const runtime of ["deno", "bun"]) {
      progress.show(`Soaking ${runtime} with mimalloc ${library.version}`);
      const where = { runtime, executable: tools[runtime], library };
      if (minutes > 0) results.push(await soakFleet({ ...where, seconds: minutes * 60 }));
      else {
        results.push(...await runSoak({ ...where, divisor }));
        results.push(await stressThreads({ ...where, seconds: STRESS_SECONDS / divisor }));
      }
    }
  }
  progress.clear();
  console.log(formatTable([HEAD, ...results.map(toRow)], { markdown }));
  for (const { runtime, version, phase, faults } of results) {
    for (const fault of faults) console.error(`${runtime} ${version}, ${phase}: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  process.once(signal, () => {
    killAll();
    process.exit(code);
  });
}
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
