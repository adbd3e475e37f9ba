import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listFiles } from "../../scripts/test/sources.mjs";
import { ROOT, runProgram, RUNTIME } from "../_program.ts";

const EXAMPLES = listFiles("examples", /^examples\/[^/]+\.ts$/);

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

/** The programs that the commands of a text run, by the runtime that runs them. */
function listCommands(text: string): { deno: string[]; bun: string[] } {
  const list = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, file]) => file!);
  return {
    deno: list(/^(?:\/\/ +)?deno run -A (examples\/\S+)/gm),
    bun: list(/^(?:\/\/ +)?bun (examples\/\S+)/gm),
  };
}

test("README.md names examples that exist, and a command for each runtime", () => {
  const text = read("README.md");
  const named = [...text.matchAll(/\bexamples\/\w+\.ts\b/g)].map(([file]) => file);
  const commands = [...text.matchAll(/^npm run example -- (--bun )?(\w+)/gm)];
  const run = (bun: boolean): string[] =>
    commands.filter((match) => (match[1] !== undefined) === bun).map(([, , name]) => `examples/${name}.ts`);
  assert.ok(named.length >= 2 && commands.length >= 2, `${named} ${commands}`);
  assert.deepEqual([...named, ...run(true)].filter((file) => !EXAMPLES.includes(file)), []);
  assert.deepEqual(run(false), run(true));
});

for (const file of EXAMPLES) {
  test(`${file} runs by the one command that it names for this runtime`, async () => {
    const commands = listCommands(read(file).split("import ")[0]!);
    assert.deepEqual(commands, { deno: [file], bun: [file] });
    const program = commands[RUNTIME][0]!;
    const { code, stdout, stderr } = await runProgram(program, { arguments: ["--help"] });
    assert.equal(code, 0, stderr);
    assert.ok(
      stdout.includes(`\n  deno run -A ${file} [options]`) && stdout.includes(`\n  bun ${file} [options]`),
      stdout,
    );
  });
}
