// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { compareVersions } from "../setup/versions.mjs";
import { median } from "../start/statistics.mjs";
import { geometricMean, medianInterval, pairedRatios } from "./statistics.mjs";
import { seriesOf } from "./tables.mjs";

const NOT_MEASURED = "not measured";

/** By how many percent, with a sign. */
function percent(ratio) {
  const value = (ratio - 1) * 100;
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)} %`;
}

function describe(ratios) {
  const interval = medianInterval(ratios);
  const text = percent(median(ratios));
  return interval === undefined ? text : `${text} (${interval.map(percent).join(" to ")})`;
}

/**
 * Holds what mimalloc's authors say against what was measured. A claim is reproduced where the median is at least as
 * good as it says.
 *
 * @param {import("./rounds.mjs").Result[]} results
 * @param {import("./offers.mjs").Allocator[]} allocators
 * @returns {{ claim: string, seen: string, verdict: string }[]}
 */
export function judgeClaims(results, allocators) {
  const usable = allocators.filter(({ reason }) => reason === undefined);
  const newest = usable.filter(({ kind }) => kind === "mimalloc").at(-1);
  const of = (kind) => usable.find((allocator) => allocator.kind === kind);
  const section = (name) => results.find((result) => result.name === name);
  const faster = (claim, name, key, other, least) =>
    judgeFaster(claim, { result: section(name), key, mine: newest, other: of(other), least });
  return [
    judgeOverhead(section("overhead"), newest),
    {
      claim: "Lean compiles its library 13 % faster than on tcmalloc",
      seen: "Lean is no package of this machine",
      verdict: NOT_MEASURED,
    },
    faster("Redis: 7 % more requests/s than on tcmalloc", "redis", "requestsPerSecond", "tcmalloc", 1.07),
    faster("Redis: 14 % more requests/s than on jemalloc", "redis", "requestsPerSecond", "jemalloc", 1.14),
    faster("larson: 2.5 × as fast as tcmalloc", "larsonN", "seconds", "tcmalloc", 2.5),
    faster("larson: 2.5 × as fast as jemalloc", "larsonN", "seconds", "jemalloc", 2.5),
    judgeSecure(results, usable),
  ];
}

function judgeOverhead(result, mine) {
  const claim = "memory: 2 % more than the blocks hold (readme: 0.2 % of metadata)";
  const overheads = result === undefined || mine === undefined ? [] : seriesOf(result, mine.name, "overhead");
  if (overheads.length === 0) return { claim, seen: "–", verdict: NOT_MEASURED };
  const overhead = median(overheads);
  return {
    claim,
    seen: `${mine.name}: ${(overhead * 100).toFixed(1)} % of 64 MiB in blocks of 16 to 1,024 B`,
    verdict: overhead <= 0.02 ? "reproduced" : "not reproduced",
  };
}

function judgeFaster(claim, { result, key, mine, other, least }) {
  if (result === undefined || mine === undefined || other === undefined) {
    return { claim, seen: "–", verdict: NOT_MEASURED };
  }
  const [one, two] = [mine, other].map(({ name }) => seriesOf(result, name, key));
  const ratios = key === "seconds" ? pairedRatios(two, one) : pairedRatios(one, two);
  if (ratios.length === 0) return { claim, seen: "–", verdict: NOT_MEASURED };
  return {
    claim,
    seen: `${mine.name} against ${other.name}: ${describe(ratios)}`,
    verdict: median(ratios) >= least ? "reproduced" : "not reproduced",
  };
}

function judgeSecure(results, usable) {
  const claim = "a secure build is about 10 % slower";
  const secure = usable.find(({ kind }) => kind === "secure");
  if (secure === undefined) {
    const seen = "Debian packages no secure build; TEST_SECURE_LIBRARY may name one";
    return { claim, seen, verdict: NOT_MEASURED };
  }
  const ordinary = usable.filter(({ kind }) => kind === "mimalloc")
    .findLast(({ version }) => compareVersions(version, secure.version) <= 0);
  const ratios = ordinary === undefined ? [] : results.filter(({ table }) => table === "loops").flatMap((result) => {
    const paired = pairedRatios(seriesOf(result, secure.name, "seconds"), seriesOf(result, ordinary.name, "seconds"));
    return paired.length === 0 ? [] : [median(paired)];
  });
  if (ratios.length === 0) return { claim, seen: "–", verdict: NOT_MEASURED };
  const mean = geometricMean(ratios);
  return {
    claim,
    seen: `${secure.name} against ${ordinary.name}: ${percent(mean)}, the geometric mean of the loops`,
    verdict: mean <= 1.1 ? "reproduced" : "not reproduced",
  };
}
