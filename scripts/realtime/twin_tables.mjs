// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc

const MIB = 2 ** 20;

/**
 * What was measured as Markdown: tables in the form of the paper's VI (allocations), VII (frees), IX (memory).
 *
 * @param {{ conditions: string, seeds: number[], results: object[], verdicts: object[] }} measured
 */
export function formatTwin({ conditions, seeds, results, verdicts }) {
  const done = results.filter(({ reason }) => reason === undefined);
  const missing = results.filter(({ reason }) => reason !== undefined);
  return [
    "## realtime in C",
    conditions,
    "The paper's workload: 18,000 allocations of 8 to 20,480 B, at most 2,000 live, each freed (`bench/realtime/twin.c`).",
    "**Instructions of an allocation** (user instructions, counted one by one; no other program disturbs them)",
    spread(done, ({ instructions }) => instructions.allocate, String),
    done.flatMap(({ name, instructions: { upkeep } }) => upkeep === undefined ? [] : [formatUpkeep(name, upkeep)]).join(
      "\n",
    ),
    "**Instructions of a free**",
    spread(done, ({ instructions }) => instructions.free, String),
    `**Time of an allocation** (median of ${seeds.length} seeds; the longest ones are the machine's own noise)`,
    spread(done, ({ times }) => medians(times, "allocate"), (figure) => `${figure.toFixed(0)} ns`, true),
    `**What the section asked the system for** (sum of ${seeds.length} seeds)`,
    askedTable(done),
    "**Memory** (at the first seed; what is resident beside it in the process is not counted)",
    memoryTable(done),
    "![The time of each allocation, on a logarithmic scale](results/realtime_times.svg)",
    verdicts.map(formatVerdict).join("\n"),
    ...missing.map(({ name, reason }) => `Not measured: ${name}, because ${reason}.`),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

/** The figures of the paper's tables: least, mean, most, variance, standard deviation. */
function spread(results, figuresOf, format, withTail = false) {
  const head = [
    "arm",
    "min",
    "mean",
    "max",
    "variance",
    "standard deviation",
    ...(withTail ? ["99.9 %", "99.99 %"] : []),
  ];
  return table(
    head,
    results.map((result) => {
      const { min, mean, max, variance, deviation, p999, p9999 } = figuresOf(result);
      const tail = withTail ? [format(p999), format(p9999)] : [];
      const decimal = (figure) => format === String ? figure.toFixed(1) : format(figure);
      return [
        result.name,
        format(min),
        decimal(mean),
        format(max),
        variance.toPrecision(3),
        decimal(deviation),
        ...tail,
      ];
    }),
  );
}

function medians(runs, key) {
  const median = (name) => runs.map((run) => run[key][name]).toSorted((a, b) => a - b)[runs.length >> 1];
  return Object.fromEntries(Object.keys(runs[0][key]).map((name) => [name, median(name)]));
}

function askedTable(results) {
  const sum = (list, key) => list.reduce((total, one) => total + one[key], 0);
  return table(
    ["arm", "page faults", "new pages", "bytes committed", "mmap", "munmap", "madvise", "mprotect", "brk"],
    results.map(({ name, times, calls }) => [
      name,
      sum(times, "minorFaults") + sum(times, "majorFaults"),
      times[0].reserved === 0 ? "–" : sum(times, "newPages"),
      sum(times, "committed").toLocaleString("en"),
      ...["mmap", "munmap", "madvise", "mprotect", "brk"].map((call) => sum(calls, call)),
    ]),
  );
}

function memoryTable(results) {
  return table(
    ["arm", "requested at most", "resident", "resident × requested", "reserved"],
    results.map(({ name, times: [{ requested, resident, reserved }] }) => [
      name,
      `${(requested / MIB).toFixed(1)} MiB`,
      `${(resident / MIB).toFixed(1)} MiB`,
      `× ${(resident / requested).toFixed(2)}`,
      reserved === 0 ? "–" : `${(reserved / MIB).toFixed(0)} MiB`,
    ]),
  );
}

function formatUpkeep(name, { count, max, maxOfOthers }) {
  return `- ${name}: in ${count} of them mimalloc looks after its deferred work, ${max} at most; ${maxOfOthers} in all others`;
}

/** As `deno fmt` has it. */
function table(head, lines) {
  const rows = [head, ...lines].map((line) => line.map(String));
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const draw = (row) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  return [draw(rows[0]), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.slice(1).map(draw)]
    .join(
      "\n",
    );
}

function formatVerdict({ status, arm, shape, statement, measured }) {
  const mark = status === "missed" ? "MISSED" : status;
  return `- ${mark}: ${arm}, ${shape} ${statement}${measured === null ? "" : `: ${Number(measured.toFixed(1))}`}`;
}
