import type { StackFrame } from "../../heaps/core/call_stack.ts";
import type { ProfileValues } from "./profile_values.ts";

/** One stack, the innermost call first, and what it stands for. */
export interface ValueRow extends ProfileValues {
  readonly frames: readonly StackFrame[];
}

/** What stands for a stack that is not known. */
const UNKNOWN: StackFrame = { functionName: "(unknown)", file: "", line: 0, column: 0 };

/** The frames of a row, the outermost call first, at least one. */
export function fromRoot({ frames }: ValueRow): readonly StackFrame[] {
  return frames.length === 0 ? [UNKNOWN] : frames.toReversed();
}

/** How pictures and folded stacks call a frame: its function, or its place. */
export function frameName({ functionName, file, line }: StackFrame): string {
  if (functionName !== "") return functionName;
  return line === 0 ? file : `${file.slice(file.lastIndexOf("/") + 1)}:${line}`;
}
