// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc

/**
 * One thing that is measured on every allocator.
 *
 * @typedef {object} Section
 * @property {string} name
 * @property {string} table The table that it is shown in
 * @property {string} [unavailable] Why it cannot be measured at all
 * @property {(allocator: import("./offers.mjs").Allocator, round: number) =>
 *   Record<string, number> | Promise<Record<string, number>>} [run]
 */

/**
 * What was measured of a section: for each allocator its figures round by round, or the reason why there are none.
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {string} table
 * @property {string} [unavailable]
 * @property {Record<string, Record<string, number>[]>} samples
 * @property {Record<string, string>} failures
 */

/**
 * Measures every section on every allocator, one process after the other, the allocators in turns, every other round
 * backwards. An allocator that fails in a section is left out of it from then on.
 *
 * @param {readonly Section[]} sections
 * @param {readonly import("./offers.mjs").Allocator[]} allocators
 * @param {number} runs
 * @param {(line: string) => void} report
 * @returns {Promise<Result[]>}
 */
export async function measureRounds(sections, allocators, runs, report) {
  const usable = allocators.filter(({ reason }) => reason === undefined);
  const results = sections.map(({ run: _, ...section }) => ({ ...section, samples: {}, failures: {} }));
  for (let round = 0; round < runs; round++) {
    const inTurn = round % 2 === 0 ? usable : usable.toReversed();
    for (const [index, section] of sections.entries()) {
      if (section.run === undefined) continue;
      report(`round ${round + 1} of ${runs}: ${section.name}`);
      await measureSection(section, results[index], inTurn, round);
    }
  }
  return results;
}

async function measureSection({ run }, { samples, failures }, allocators, round) {
  for (const allocator of allocators) {
    const { name } = allocator;
    if (failures[name] !== undefined) continue;
    try {
      (samples[name] ??= []).push(await run(allocator, round));
    } catch (error) {
      failures[name] = error.message;
      delete samples[name];
    }
  }
}

/**
 * What should have been measured and was not, each as a sentence.
 *
 * @param {readonly Result[]} results
 * @param {readonly import("./offers.mjs").Allocator[]} allocators
 */
export function listUnmeasured(results, allocators) {
  const offered = allocators.filter(({ isOffered }) => isOffered);
  const missing = offered.filter(({ reason }) => reason !== undefined).map(({ name, reason }) => `${name}: ${reason}`);
  const measurable = results.filter(({ unavailable }) => unavailable === undefined);
  for (const { name: section, samples, failures } of measurable) {
    for (const { name, reason } of offered) {
      if (reason !== undefined || samples[name] !== undefined) continue;
      missing.push(`${name} in ${section}: ${failures[name] ?? "it was not run"}`);
    }
  }
  return missing;
}
