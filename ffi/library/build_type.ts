import type { Bindings } from "../symbols.ts";
import { UnsupportedError } from "../errors.ts";
import { Sink, sinkFunctions } from "../libc/sink.ts";
import { probeBuild } from "./_probe_build.ts";

/**
 * How the loaded library was built, as far as it tells: mimalloc prints it from 3.2.6 on; of older versions a few
 * blocks show the type, the padding and whether free lists are encoded. `"unknown"` is what does not show.
 */
export interface Build {
  /** `"release"` for an optimised build, `"debug"` for one with internal checks. */
  readonly type: "release" | "debug" | "unknown";
  /** CMake's name of the build: `"relwithdebinfo"`. */
  readonly name: string;
  /** How much is checked at run time (`MI_DEBUG`): 0 for nothing. */
  readonly debugLevel: number | "unknown";
  /** How much is done against attacks (`MI_SECURE`): 0 for nothing. */
  readonly secureLevel: number | "unknown";
  /** Whether blocks can be given guard pages (`MI_GUARDED`). */
  readonly guarded: boolean | "unknown";
  /** Whether blocks end in bytes that show an overflow (`MI_PADDING`). */
  readonly padding: boolean | "unknown";
  /** Whether lists of free blocks are encoded, as in secure and debug builds, so that a double free is noticed. */
  readonly encodedFreeLists: boolean | "unknown";
  /** Whether the heap profiler is built in. */
  readonly profiling: boolean | "unknown";
  /** The tool that is told of every block: `"valgrind"`, `"asan"`, `"etw"`, or `"none"`. */
  readonly tracking: string;
}

const UNKNOWN: Build = {
  type: "unknown",
  name: "unknown",
  debugLevel: "unknown",
  secureLevel: "unknown",
  guarded: "unknown",
  padding: "unknown",
  encodedFreeLists: "unknown",
  profiling: "unknown",
  tracking: "unknown",
};

/** Asks `loaded` how it was built. */
export function readBuild(loaded: Bindings): Build {
  if (!loaded.has("mi_options_print_out")) return buildOfBlocks(loaded);
  const description = ownDescription(loaded);
  return description === undefined ? UNKNOWN : parseBuild(description);
}

/**
 * What mimalloc prints about itself from 3.2.6 on: the build, and every option with its value. `undefined` where it
 * does not, and on Windows, which has no stream that records.
 */
export function ownDescription(loaded: Bindings): string | undefined {
  if (!loaded.has("mi_options_print_out")) return undefined;
  let sink: Sink;
  try {
    sink = new Sink();
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined;
    throw error;
  }
  loaded.bind("process").optionsPrintOut(sinkFunctions().output, sink.stream);
  return new TextDecoder().decode(sink.drain());
}

function buildOfBlocks(loaded: Bindings): Build {
  const traits = probeBuild(loaded);
  if (traits === undefined) return UNKNOWN;
  const { filled, padded, encoded } = traits;
  return { ...UNKNOWN, type: filled ? "debug" : "release", padding: padded, encodedFreeLists: encoded };
}

/** Reads the text that mimalloc prints about itself. */
export function parseBuild(text: string): Build {
  const name = /^v[\d.]+, *([\w-]+)/m.exec(text)?.[1] ?? "unknown";
  const line = (label: string): string | undefined => new RegExp(`^${label} *: *(.+?) *$`, "m").exec(text)?.[1];
  const level = (label: string): number | "unknown" => {
    const value = line(label);
    return value === undefined ? "unknown" : Number.parseInt(value);
  };
  const present = (value: string | undefined): boolean | "unknown" =>
    value === undefined ? "unknown" : value !== "none" && value !== "disabled";
  const debugLevel = level("debug level");
  const secureLevel = level("secure level");
  return {
    type: typeof debugLevel === "string" ? "unknown" : debugLevel > 0 ? "debug" : "release",
    name,
    debugLevel,
    secureLevel,
    // Only guarded builds print that line; "disabled" in it means that no block is sampled at the moment.
    guarded: debugLevel === "unknown" ? "unknown" : line("guarded build") !== undefined,
    padding: present(line("padding")),
    encodedFreeLists: typeof debugLevel === "string" || typeof secureLevel === "string"
      ? "unknown"
      : debugLevel > 0 || secureLevel >= 3,
    profiling: present(line("profiling")),
    tracking: line("mem tracking") ?? "unknown",
  };
}
