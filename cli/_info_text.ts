import { formatBytes } from "../realtime/core/format_bytes.ts";
import type { InfoReport, LibraryReport } from "./_info_report.ts";
import type { Machine } from "./_machine.ts";

type Row = readonly [title: string, lines: readonly string[]];

/** Writes the report of `mimalloc info` for people. */
export function formatInfo(report: InfoReport): string {
  const { runtime, platform, library, problem, searched, permissions } = report;
  const rows: Row[] = [
    ["Runtime", [`${runtime.name} ${runtime.version} on ${platform.os} ${platform.arch}`]],
    ...(library === null ? [["Library", [problem ?? "none"]] as const] : libraryRows(library)),
    ["Looked at", searched.map(({ place, reason }) => `${place}: ${reason}`)],
    ["Preloaded", [report.preloaded ?? "no mimalloc"]],
    ["Permissions", permissions === null ? [] : Object.entries(permissions).map((entry) => entry.join(" "))],
    ...machineRows(report.machine),
  ];
  const width = Math.max(...rows.map(([title]) => title.length)) + 2;
  return rows.flatMap(([title, lines]) =>
    lines.map((line, index) => `${(index === 0 ? title : "").padEnd(width)}${line}\n`)
  ).join("");
}

function libraryRows({ path, version, build, features, changedOptions }: LibraryReport): Row[] {
  const { type, ...details } = build;
  return [
    ["Library", [path]],
    ["Version", [version]],
    ["Build", [type, ...pairs(details).filter((pair) => !pair.endsWith(" unknown"))]],
    ["Features", pairs(features)],
    [
      "Options",
      changedOptions.length === 0
        ? ["all have their defaults"]
        : changedOptions.map((option) =>
          `${option.name} ${option.value} (default ${option.default}, ${option.unit}, ${option.environmentName})`
        ),
    ],
  ];
}

function machineRows(machine: Machine): Row[] {
  const { memoryBytes, memoryLimitBytes, pageBytes, transparentHugePages, hugePages } = machine;
  return [
    ["Memory", memoryBytes === null ? [] : [formatBytes(memoryBytes)]],
    ["Limit", [memoryLimitBytes === null ? "no cgroup limit" : `${formatBytes(memoryLimitBytes)} (cgroup)`]],
    ["Page", pageBytes === null ? [] : [formatBytes(pageBytes)]],
    ["Transparent", transparentHugePages === null ? [] : pairs(transparentHugePages)],
    [
      "Huge pages",
      hugePages === null ? [] : [`${hugePages.free} of ${hugePages.total} free, ${formatBytes(hugePages.byteLength)}`],
    ],
  ];
}

function pairs(values: object): string[] {
  const text = (value: unknown): string => typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return Object.entries(values).map(([name, value]) => `${words(name)} ${text(value)}`);
}

function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
