// How objects of this floor show themselves: to console.log and util.inspect, to JSON.stringify, to test libraries. One
// description of each, its portrait, from which all of that is drawn.

/** What `console.log` and `util.inspect` look for in both runtimes, and `Deno.inspect` too. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");
/** Where an object keeps the method that returns its {@linkcode Portrait}. */
const PORTRAIT: unique symbol = Symbol("portrait");

/** One part: a value alone, or behind its name or key. */
export type Part = readonly [value: unknown] | readonly [key: unknown, joint: ": " | " => ", value: unknown];

/** What is shown of an object. */
export interface Portrait {
  /** What it is called. */
  readonly name: string;
  /** Whether its memory is gone, so that it has nothing to show. */
  readonly closed: boolean;
  /** How many parts it has. */
  readonly size: number;
  /** Whether the size is shown. */
  readonly counted: boolean;
  /** What stands around the parts. */
  readonly brackets: "[]" | "{}";
  /** Where it is: equal for two portraits of the same. */
  readonly place: readonly unknown[];
  /** The parts; an error ends them. */
  readonly parts: () => Iterable<Part>;
}

/** What has a portrait. */
export interface Pictured {
  /** What is shown of it. */
  [PORTRAIT](): Portrait;
}

/** The options of `util.inspect`, as far as they matter here. */
export interface InspectOptions {
  /** How many levels of objects are shown; all of them when it is `null`. */
  readonly depth?: number | null;
  /** How many parts are shown. */
  readonly maxArrayLength?: number | null;
}

/** What shows a value, as `util.inspect` does. */
export type Inspect = (value: unknown, options: InspectOptions) => string;

/** Parts that are shown where the runtime does not say how many, and its own number. */
const PARTS = 100;
/** Columns of a line. */
const WIDTH = 76;

/** A part that could not be read, as it is shown. */
class Unreadable {
  readonly text: string;

  constructor(error: unknown) {
    this.text = error instanceof Error ? `<${error.name}: ${error.message}>` : "<unreadable>";
  }
}

/** Whether the portrait of something can be asked for. */
export function isPictured(value: unknown): value is Pictured {
  return typeof value === "object" && value !== null && PORTRAIT in value;
}

/** What `read` returns; what is shown in its place when it throws. */
export function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return new Unreadable(error);
  }
}

/** The properties of an accessor that are shown of it, with their names. */
export function namedParts(accessor: object, names: readonly string[]): Part[] {
  const values = accessor as Readonly<Record<string, unknown>>;
  return names.map((name) => [name, ": ", readable(() => values[name])]);
}

// Drawing calls nothing that waits, so what is being drawn is known without handing it down through the runtime.
const path: (readonly unknown[])[] = [];

function isAt(place: readonly unknown[]): (other: readonly unknown[]) => boolean {
  return (other) => other.length === place.length && other.every((part, index) => part === place[index]);
}

/** What `draw` returns while `place` is being drawn; `undefined` when it already is. */
function within<T>(place: readonly unknown[], draw: () => T): T | undefined {
  if (path.some(isAt(place))) return undefined;
  path.push(place);
  try {
    return draw();
  } finally {
    path.pop();
  }
}

/** An object as text, `depth` levels of what is inside of it, other values as `inspect` shows them. */
function draw(portrait: Portrait, depth: number, options: InspectOptions, inspect: Inspect): string {
  const { name, closed, size, counted, place } = portrait;
  if (closed) return `${name} (closed)`;
  const title = counted ? `${name}(${size})` : name;
  if (depth < 0) return `[${title}]`;
  return within(place, () => {
    const texts = textsOf(portrait, depth, options, inspect);
    return texts === undefined ? `${name} (closed)` : `${title} ${laidOut(texts, portrait)}`;
  }) ?? "[Circular]";
}

/** The texts of the parts that are shown; `undefined` when the memory turns out to be gone. */
function textsOf(portrait: Portrait, depth: number, options: InspectOptions, inspect: Inspect): string[] | undefined {
  const most = options.maxArrayLength === undefined ? PARTS : options.maxArrayLength ?? Infinity;
  const inside = (value: unknown): string => textOf(value, depth - 1, options, inspect);
  const texts: string[] = [];
  try {
    for (const [first, joint, value] of portrait.parts()) {
      if (texts.length >= most && (portrait.counted || portrait.brackets === "[]")) break;
      const key = joint === ": " ? String(first) : inside(first);
      texts.push(joint === undefined ? key : `${key}${joint}${inside(value)}`);
    }
  } catch (error) {
    if (texts.length === 0 && error instanceof Error && error.name === "ClosedError") return undefined;
    return [...texts, new Unreadable(error).text];
  }
  const rest = portrait.size - texts.length;
  return rest > 0 ? [...texts, `... ${rest} more item${rest === 1 ? "" : "s"}`] : texts;
}

function textOf(value: unknown, depth: number, options: InspectOptions, inspect: Inspect): string {
  if (value instanceof Unreadable) return value.text;
  if (isPictured(value)) return draw(value[PORTRAIT](), depth, options, inspect);
  if (depth < 0 && typeof value === "object" && value !== null) return `[${value.constructor?.name ?? "Object"}]`;
  return inspect(value, { ...options, depth });
}

/** Parts in brackets: in one line where they fit, else as many in a line as there is room for. */
function laidOut(texts: readonly string[], { brackets: [open, close] }: Portrait): string {
  if (texts.length === 0) return `${open}${close}`;
  const line = texts.join(", ");
  if (line.length <= WIDTH && !line.includes("\n")) return `${open} ${line} ${close}`;
  const lines: string[] = [];
  let last = "";
  for (const text of texts) {
    if (last !== "" && last.length + text.length + 2 <= WIDTH && !text.includes("\n")) last += `, ${text}`;
    else {
      if (last !== "") lines.push(last);
      last = text.replaceAll("\n", "\n  ");
    }
  }
  return `${open}\n  ${[...lines, last].join(",\n  ")}\n${close}`;
}

/** A value as text without the help of a runtime. */
function plainText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (isPictured(value)) return draw(value[PORTRAIT](), Infinity, { maxArrayLength: null }, plainText);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return `[${Array.from(value as unknown[], plainText).join(", ")}]`;
  }
  return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${plainText(part)}`).join(", ")}}`;
}

/**
 * What JSON.stringify takes in place of `value`: plain objects, also for what it refers to. Throws `TypeError` when that
 * leads back to where it began, as JSON.stringify does.
 */
function plain(value: unknown, toPlain: (object: object) => unknown): unknown {
  if (isPictured(value)) {
    const { name, place } = value[PORTRAIT]();
    const copy = within(place, () => plain(toPlain(value), toPlain));
    if (copy === undefined) throw new TypeError(`Cannot make JSON of a ${name}: it refers to itself`);
    return copy;
  }
  if (Array.isArray(value)) return value.map((part) => plain(part, toPlain));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part, toPlain)]));
}

/** The methods of a class by which what is made of it is shown. */
export function shownBy(portrait: (object: object) => Portrait): PropertyDescriptorMap {
  return {
    [PORTRAIT]: {
      value(this: object): Portrait {
        return portrait(this);
      },
    },
    [INSPECT]: {
      configurable: true,
      value(
        this: Pictured,
        depth: number | null,
        options: InspectOptions = {},
        inspect: Inspect = plainText,
      ): string {
        return draw(this[PORTRAIT](), depth ?? Infinity, options, inspect);
      },
    },
  };
}

/** The same with `toJSON()`, which is what `toPlain` makes of one; its parts may be shown so themselves. */
export function pictured(
  portrait: (object: object) => Portrait,
  toPlain: (object: object) => unknown,
): PropertyDescriptorMap {
  return {
    ...shownBy(portrait),
    toJSON: {
      value(this: Pictured): unknown {
        return plain(this, toPlain);
      },
    },
  };
}

/**
 * A tag with all of an accessor in it, for `deepEqual` of node:assert in Deno 2.9: it compares tags, and what an object
 * has itself under names, but not what it has under symbols.
 */
export const COMPARED_TAG: PropertyDescriptorMap = {
  [Symbol.toStringTag]: {
    get(this: Pictured): string {
      return plainText(this);
    },
  },
};
