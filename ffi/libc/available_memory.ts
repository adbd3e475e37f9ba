import { currentPlatform } from "../platform.ts";
import { readSystemFile } from "./system_file.ts";

/**
 * Bytes of memory that the process can still get: what the machine has free or would free, or less where the control
 * group of a container limits it. `undefined` where nothing tells it: on all systems but Linux.
 */
export function availableMemory(): number | undefined {
  if (currentPlatform().os !== "linux") return undefined;
  const [, kibibytes] = /^MemAvailable:\s*(\d+) kB$/m.exec(readSystemFile("/proc/meminfo") ?? "") ?? [];
  if (kibibytes === undefined) return undefined;
  const most = Number.parseInt(readSystemFile("/sys/fs/cgroup/memory.max") ?? "", 10);
  const used = Number.parseInt(readSystemFile("/sys/fs/cgroup/memory.current") ?? "", 10);
  const left = Number.isNaN(most) || Number.isNaN(used) ? Infinity : Math.max(0, most - used);
  return Math.min(Number(kibibytes) * 1024, left);
}
