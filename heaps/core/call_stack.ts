import { fileURLToPath } from "node:url";

/** One call of a JavaScript stack. */
export interface StackFrame {
  /** The function; empty for one without a name, and for the top of a module. */
  readonly functionName: string;
  /** The path or URL of its file: of the source, where a source map tells it. */
  readonly file: string;
  /** The line, from 1 on; 0 where it is unknown. */
  readonly line: number;
  /** The column, from 1 on; 0 where it is unknown. */
  readonly column: number;
}

/** A frame as stacks show it: `loadUsers (server.ts:12:20)`. */
export function describeFrame({ functionName, file, line, column }: StackFrame): string {
  const place = line === 0 ? file : column === 0 ? `${file}:${line}` : `${file}:${line}:${column}`;
  return functionName === "" ? place : `${functionName} (${place})`;
}

const PLACE = /^(.*?):(\d+)(?::(\d+))?$/;
const COMPILED = /^eval at .*? \((.*)$/;

/** The frames of the text of a stack, in the form that V8 and JavaScriptCore under Bun give it. */
export function parseStack(stack: string): StackFrame[] {
  return stack.split("\n").filter((line) => /^\s*at /.test(line)).map(parseLine);
}

function parseLine(line: string): StackFrame {
  const text = line.replace(/^\s*at (?:async )?/, "");
  const open = text.endsWith(")") ? text.indexOf(" (") : -1;
  const functionName = open < 0 ? "" : text.slice(0, open);
  const place = open < 0 ? text : text.slice(open + 2, -1);
  return { functionName: functionName === "<anonymous>" ? "" : functionName, ...parsePlace(place) };
}

function parsePlace(place: string): Omit<StackFrame, "functionName"> {
  // Compiled text counts as the place that compiled it.
  const inner = COMPILED.exec(place)?.[1];
  if (inner !== undefined) return parsePlace(inner.replace(/\), .*$|, <anonymous>.*$/, ""));
  const [, file, line, column] = PLACE.exec(place) ?? [];
  // What is native has no place.
  if (file === undefined || file === "native") return { file: place, line: 0, column: 0 };
  return { file: pathOf(file), line: Number(line), column: Number(column ?? 0) };
}

function pathOf(file: string): string {
  if (!file.startsWith("file://")) return file;
  try {
    return fileURLToPath(file);
  } catch {
    // Of another system.
    return file;
  }
}

/** The folders of the package, as files of stacks begin. */
const OWN_FOLDERS: readonly string[] = foldersOf(new URL("../../", import.meta.url));

function foldersOf(root: URL): string[] {
  const place = root.protocol === "file:" ? fileURLToPath(root) : root.href;
  return ["ffi", "heaps", "stl", "native", "threads", "realtime", "observe"].map((floor) => `${place}${floor}/`);
}

function isOwn({ file, line }: StackFrame): boolean {
  return line === 0 || OWN_FOLDERS.some((folder) => file.startsWith(folder));
}

/** `frames` without those of this package, of the engine and of compiled text that they begin with. */
export function withoutOwnFrames(frames: readonly StackFrame[]): readonly StackFrame[] {
  const first = frames.findIndex((frame) => !isOwn(frame));
  return first < 0 ? [] : frames.slice(first);
}

/** Frames of this library between an allocation and the call of the program. */
const OWN_FRAMES = 8;

/** A stack of at most `frames` calls of the program. Its text is made when it is asked for, which costs 20 times more. */
export function captureStack(frames: number): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = frames + OWN_FRAMES;
  const error = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
