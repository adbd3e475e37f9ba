#!/usr/bin/env node
// deno-lint-ignore-file explicit-function-return-type no-console
// `npm test`: setup, then every check and the whole suite on both runtimes and
// every library version. The last line is `N passed, N failed`.
import process from "node:process";
import { setup } from "./setup.mjs";
import { provideTestTools } from "./setup/test_tools.mjs";
import { describeLibraries } from "./test/given_libraries.mjs";
import { killAll } from "./test/run.mjs";
import { formatLine, formatSummary, runSteps } from "./test/runner.mjs";
import { createGivenSteps, createSteps } from "./test/steps.mjs";

const HELP = `Usage: npm test -- [--only <name>[,<name>…]] [--library <file>[,<file>…]] [--list]

Runs the setup, then every step, and ends with the line "N passed, N failed".
The exit code is 1 when anything failed, 2 for a wrong argument.

  --only <names>  run these steps only; a name is a whole one (deno:3.6.0) or a
                  part of it between colons (deno, 3.6.0, examples)
  --library <files>
                  run the suite on these library files instead, on both runtimes, but what
                  is about the project alone; a step is named after the version and build
                  that the file tells: bun:2.1.9-secure. The tests that were skipped are listed
  --list          print the names of the steps and stop
  --help          print this

Examples
  npm test -- --only deno:3.6.0,lint
  npm test -- --only bun
  npm test -- --only bun --library /usr/lib64/libmimalloc.so.2
  SEED=42 npm test -- --only 2.0.9

A test file can also be run alone, which is the quickest way to work on it:
  MIMALLOC_PATH=.mimalloc/3.6.0/<file> npx deno test -A tests/<name>_test.ts
  MIMALLOC_PATH=.mimalloc/3.6.0/<file> npx bun test ./tests/<name>_test.ts
`;

/** What the command line asks for; throws on an argument nobody knows. */
function parseArguments(words) {
  const lists = { "--only": [], "--library": [] };
  const asked = { only: lists["--only"], library: lists["--library"], list: false, help: false };
  for (let index = 0; index < words.length; index++) {
    const [word, value] = words[index].split(/=(.*)/s, 2);
    if (word === "--help" || word === "-h") asked.help = true;
    else if (word === "--list") asked.list = true;
    else if (Object.hasOwn(lists, word) && (value ?? words[index + 1]) !== undefined) {
      lists[word].push(...(value ?? words[++index]).split(","));
    } else throw new Error(`Cannot read the argument ${words[index]}: try --help`);
  }
  return asked;
}

/** The steps that `names` choose; all of them when it is empty. */
function chooseSteps(steps, names) {
  const matches = (step, name) => step.name === name || step.name.split(":").includes(name);
  for (const name of names) {
    if (!steps.some((step) => matches(step, name))) {
      throw new Error(
        `Cannot run ${name}: there is no such step, only ${steps.map((step) => step.name).join(", ")}`,
      );
    }
  }
  return names.length === 0 ? steps : steps.filter((step) => names.some((name) => matches(step, name)));
}

/** Stops the children with us: they have process groups of their own. */
function stopOnSignals() {
  for (
    const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]
  ) {
    process.once(signal, () => {
      killAll();
      process.exit(code);
    });
  }
}

async function main() {
  const asked = parseArguments(process.argv.slice(2));
  if (asked.help) return process.stdout.write(HELP);
  const startedAt = performance.now();
  let tools;
  try {
    tools = await setup();
    if (!asked.list) await provideTestTools(console.log);
  } catch (error) {
    console.log(
      formatLine("setup", { passed: 0, failed: 1, skipped: 0 }, startedAt),
    );
    console.log(error);
    console.log("0 passed, 1 failed");
    process.exitCode = 1;
    return;
  }
  // Not before the setup is done, which cleans up by itself.
  stopOnSignals();
  const steps = asked.library.length === 0
    ? createSteps(tools)
    : createGivenSteps(tools, await describeLibraries(tools.bun, asked.library));
  if (asked.list) return console.log(steps.map((step) => step.name).join("\n"));
  const chosen = chooseSteps(steps, asked.only);
  const setupCounts = { passed: 1, failed: 0, skipped: 0 };
  console.log(formatLine("setup", setupCounts, startedAt));
  const totals = await runSteps(chosen, setupCounts);
  if (totals.skipped > 0) console.log(`${totals.skipped} skipped: they are about another version, runtime or system`);
  console.log(formatSummary(totals));
  if (totals.failed > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  killAll();
  process.exitCode = 2;
});
