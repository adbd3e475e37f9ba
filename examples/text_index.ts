// An index of a large text file outside of the JavaScript heap: where does each word stand?
//
//   deno run -A examples/text_index.ts
//   bun examples/text_index.ts
//
// `--help` shows the options.
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Heap } from "../mod.ts";
import { generateText } from "./text_index/generate_text.ts";
import { WordIndex } from "./text_index/word_index.ts";
import { WordScanner } from "./text_index/word_scanner.ts";

const HELP = `Makes an index of the words of a text file: word to positions.

  deno run -A examples/text_index.ts [options] [word ...]
  bun examples/text_index.ts [options] [word ...]

  --file=…          the text; it is made when it does not exist
  --words=2000000   words of a text that is made
  --seed=1          which text is made
  --help            this text

Each word on the command line is looked up.
`;

const MIB = 2 ** 20;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function readInto(index: WordIndex, file: string): void {
  const scanner = new WordScanner((bytes, start, end, position) => index.add(bytes, start, end, position));
  const chunk = new Uint8Array(MIB);
  const handle = openSync(file, "r");
  try {
    for (let count = readSync(handle, chunk); count > 0; count = readSync(handle, chunk)) {
      scanner.push(chunk.subarray(0, count));
    }
    scanner.end();
  } finally {
    closeSync(handle);
  }
}

function answer(index: WordIndex, word: string): string {
  const positions = index.positionsOf(word);
  if (positions.length === 0) return `${word}: not in the text`;
  return `${word}: ${positions.length} times, first at ${positions.slice(0, 5).join(", ")}`;
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", default: false },
      file: { type: "string" },
      words: { type: "string", default: "2000000" },
      seed: { type: "string", default: "1" },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const file = values.file ?? join(tmpdir(), `text_index_${values.words}_${values.seed}.txt`);
  if (!existsSync(file)) generateText(file, Number(values.words), Number(values.seed));

  const heap = new Heap({ name: "index" });
  const index = new WordIndex(heap);
  const begin = performance.now();
  readInto(index, file);
  const milliseconds = performance.now() - begin;
  print(`${index.words} words, ${index.differentWords} different, in ${milliseconds.toFixed(0)} ms`);
  print(`${(heap.liveBytes / MIB).toFixed(1)} MiB in ${heap.liveBlocks} blocks, for the garbage collector no object`);
  print(`most frequent: ${index.mostFrequent(5).map(({ word, count }) => `${word} ${count}`).join(", ")}`);
  for (const word of positionals) print(answer(index, word));
  index.dispose();
  heap.close();
}

main();
