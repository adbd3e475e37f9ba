import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { ROOT } from "../../_program.ts";
import { fencesOf } from "../_fences.ts";
import { needsTool } from "../_system_tool.ts";
import { EXAMPLE, Prometheus, startExample } from "./_server.ts";
import { type Places, play, withoutChance } from "./_walk.ts";

const DOCUMENT = path.join(ROOT, "docs/observability.md");
/** Set, what the commands answer goes into the document, and the pictures beside it. */
const WRITES = process.env["WRITE_SCREENSHOTS"] !== undefined;

/** The functions of a flame graph, in the order in which they are drawn. */
function functionsOf(picture: string): string[] {
  return [...picture.matchAll(/<title>(?:[A-Z]\w*\.)?(\w+) \(/g)].map(([, name]) => name!);
}

function checkPicture(file: string, picture: string): void {
  if (!file.startsWith("docs/")) return;
  const place = path.join(ROOT, file);
  const shown = picture.replaceAll(ROOT, "");
  assert.match(shown, /^<svg /);
  assert.match(shown, /prefers-color-scheme: dark|color-scheme:light dark/);
  if (WRITES) writeFileSync(place, shown);
  assert.deepEqual(functionsOf(shown), functionsOf(readFileSync(place, "utf8")), `${file} shows other functions`);
}

/** Has the commands of the document played; returns the document with what they answer. */
async function playDocument(document: string, places: Places): Promise<string> {
  const [start, ...fences] = fencesOf(document, "## Is my service leaking?", "### The same in a program of yours");
  assert.match(start!.body, /^deno run -A examples\/monitoring\.ts --leak\nprometheus /);
  let [answered, written] = ["", document];
  for (const { kind, body } of fences) {
    if (kind === "sh") {
      answered = "";
      for (const command of body.trim().split("\n")) answered += await play(command, places, checkPicture);
    } else if (WRITES) {
      const lastLine = answered.trimEnd();
      written = written.replace("```text\n" + body + "```", () => "```text\n" + lastLine + "\n```");
    } else {
      assert.equal(withoutChance(answered).trim(), withoutChance(body).trim());
    }
  }
  return written;
}

test(
  "Is my service leaking? The commands of the document answer what it says, from the alert to the line",
  { ...needsTool("prometheus", "prometheus"), timeout: 300_000 },
  async () => {
    const { child, host } = await startExample("--leak");
    await using _ = child;
    await using prometheus = await Prometheus.start(EXAMPLE, host);
    const document = readFileSync(DOCUMENT, "utf8");
    const written = await playDocument(document, { service: host, prometheus: new URL(prometheus.url).host });
    if (WRITES) writeFileSync(DOCUMENT, written);

    const { allocation_site: site, process: name } = await prometheus.alert("LeakSuspected");
    assert.equal(name, "sessions");
    const [, file, line] = /\((\S+):(\d+):\d+\)$/.exec(site!)!;
    assert.match(readFileSync(file!, "utf8").split("\n")[Number(line) - 1]!, /this\.#heap\.allocateZeroed/);
    assert.ok(document.includes(`Line ${line} of [sessions.ts](../${path.relative(ROOT, file!)})`));
  },
);
