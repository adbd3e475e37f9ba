// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc

const GROUP = "the paper's workload in C";

/** The most instructions of one allocation that the page variant may take. */
export const MOST_INSTRUCTIONS = [
  { versions: /^2\./, most: 330 },
  { versions: /^3\.[0-5]\./, most: 330 },
  { versions: /^3\.6\./, most: 700 },
];

/**
 * Holds the targets of the page variant against what was measured.
 *
 * @param {object[]} results Of `measureArm`
 * @returns {object[]} Verdicts as those of the suites
 */
export function judgeTwin(results) {
  return results.filter(({ kind }) => kind === "page").flatMap((page) => {
    const plain = results.find(({ kind, version }) => kind === "plain" && version === page.version);
    return judgePage(page, plain);
  });
}

function judgePage(page, plain) {
  const most = MOST_INSTRUCTIONS.find(({ versions }) => versions.test(page.version))?.most;
  const sum = (list, key) => list?.reduce((total, one) => total + one[key], 0);
  const { allocate, upkeep } = page.instructions ?? {};
  const reference = plain?.instructions?.allocate.mean;
  return [
    ...(most === undefined ? [] : [
      // One allocation in a thousand does work beside, which nobody can turn off or put elsewhere: the tables tell of it.
      upkeep === undefined
        ? verdict(page, "instructions", `≤ ${most}`, allocate?.max, most)
        : verdict(page, "instructions without mimalloc's upkeep", `≤ ${most}`, upkeep.maxOfOthers, most),
    ]),
    verdict(page, "mean of the instructions", `≤ ${reference?.toFixed(1)} of plain`, allocate?.mean, reference),
    verdict(page, "new pages of its memory", "≤ 0", sum(page.times, "newPages"), 0),
    verdict(page, "bytes committed", "≤ 0", sum(page.times, "committed"), 0),
    ...["mmap", "munmap", "madvise", "mprotect"].map((call) =>
      verdict(page, `calls of ${call}`, "≤ 0", sum(page.calls, call), 0)
    ),
  ];
}

function verdict({ name }, shape, statement, measured, most) {
  const known = measured !== undefined && most !== undefined;
  const status = !known ? "not measured" : measured <= most ? "met" : "missed";
  return { group: GROUP, shape, arm: name, statement, measured: known ? measured : null, status };
}
