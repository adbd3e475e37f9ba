/** Plays the commands that a part of a document shows, in order, and compares what they answer with what stands there. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { ROOT } from "../../_program.ts";

/** What a document calls what is somewhere else when it is tested. */
export interface Places {
  /** The service, `127.0.0.1:8002` in the document. */
  readonly service: string;
  /** Prometheus, `127.0.0.1:9090` in the document. */
  readonly prometheus: string;
}

/** Where the document says that the program lies. */
const INSTALLED = "/srv/shop";

/** Runs a command and returns what it prints; files that it writes go to `save`. */
export async function play(
  command: string,
  { service, prometheus }: Places,
  save: (file: string, text: string) => void,
): Promise<string> {
  const here = command.replaceAll("127.0.0.1:8002", service).replaceAll("127.0.0.1:9090", prometheus);
  const output = here.startsWith("promtool ") ? await ask(here) : await request(here, save);
  return output.replaceAll(ROOT.replace(/\/$/, ""), INSTALLED).replaceAll(service, "127.0.0.1:8002");
}

/** An alert needs a scrape and an evaluation until it is there. */
async function ask(command: string): Promise<string> {
  for (const end = performance.now() + 200_000;;) {
    const { stdout, stderr, status } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    if (stdout.trim() !== "") return `${stdout.trim()}\n`;
    assert.ok(performance.now() < end, `${command} prints nothing`);
    await wait(200);
  }
}

async function request(command: string, save: (file: string, text: string) => void): Promise<string> {
  const parts = /^curl -s(?: -X (\w+))? (\S+)(?: -o (\S+)| \| grep -E '([^']+)')?$/.exec(command);
  assert.ok(parts !== null, `nobody plays ${command}`);
  const [, method = "GET", url, file, pattern] = parts;
  const answer = await fetch(url!.replaceAll("'", ""), { method });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  if (file !== undefined) save(file, text);
  if (file !== undefined) return "";
  if (pattern === undefined) return text;
  return text.split("\n").filter((line) => new RegExp(pattern).test(line)).join("\n") + "\n";
}

/** Text without what differs from run to run and from runtime to runtime: figures of samples, times, columns, classes. */
export function withoutChance(text: string): string {
  return text.replace(/about \d+ blocks, [\d.]+ MiB/g, "about # blocks, # MiB")
    .replace(/\d+ looked at \(one in 128, seed \d+\)/g, "# looked at (one in 128, seed #)")
    .replace(/[\d.]+ s old/g, "# s old")
    .replace(/@\[[\d.]+\]/g, "@[#]")
    .replace(/(leak_suspect_bytes\{.*\}) \d+/g, "$1 #")
    .replace(/(\.ts:\d+):\d+/g, "$1:#")
    .replace(/\b[A-Z]\w+\.(?=\w+ \()/g, "");
}
