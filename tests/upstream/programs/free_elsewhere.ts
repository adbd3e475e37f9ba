/** Frees blocks in another thread than the one that allocated them, and says which figures are below 0 then. */
import { isWithin } from "../../../ffi/releases.ts";
import process from "node:process";
import { library } from "../../../ffi/library/library.ts";
import { stats } from "../../../mod.ts";
import { addressOf, malloc } from "../../ffi/symbols/_tools.ts";
import { runWorker } from "../_worker.ts";

const { collect } = library().bind("process");

/** The names of the figures below 0 in anything that statistics are made of. */
function listNegative(value: unknown, name: string): string[] {
  if (typeof value === "number") return value < 0 ? [`${name} is ${value}`] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => listNegative(each, `${name}.${key}`));
}

/** The figures from which mimalloc itself takes off what was never added, and when. */
const MISCOUNTED = [
  { name: "committed", since: "3.0.0", until: "3.2.8" },
  { name: "pagesAbandoned", since: "3.2.6", until: "3.2.8" },
  ...(library().build.type === "debug" ? [{ name: "pages", since: "3.2.6", until: "3.2.8" }] : []),
].filter((range) => isWithin(library().version, range));

/** The figures below 0 now that mimalloc counts well. */
function listNow(when: string): string[] {
  return listNegative(stats(), when).filter((figure) => !MISCOUNTED.some(({ name }) => figure.includes(`.${name}.`)));
}

const negative: string[] = [];
for (let round = 0; round < 3; round++) {
  const addresses = Array.from({ length: 2000 }, (_, index) => addressOf(malloc(1 + index * 37)));
  await runWorker<number>("free.ts", addresses);
  negative.push(...listNow("freed"));
  collect(true);
  negative.push(...listNow("collected"));
}
process.stdout.write(`${negative.join(", ") || "none below 0"}\n`);
