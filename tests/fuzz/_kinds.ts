import {
  anyBytes,
  anyText,
  array,
  bool,
  bytes,
  f64,
  i64,
  type Kind,
  struct,
  text,
  u16,
  u32,
  u8,
} from "../../stl/mod.ts";
import type { Prompter } from "./_operation.ts";
import type { Random } from "./_random.ts";

/** A kind of values, with ways to make and to name one. */
export interface Sort {
  readonly label: string;
  // deno-lint-ignore no-explicit-any -- every container has its own type for it
  readonly kind: any;
  /** A value, one of a few hundred at most. */
  readonly make: (random: Random) => unknown;
  /** What is given to a container for a value: now and then with getters that do something else. */
  readonly given: (value: unknown, prompter: Prompter) => unknown;
  /** What a container has to answer for a value. */
  readonly stored: (value: unknown) => unknown;
  /** Something that has to be refused, when there is any. */
  readonly bad?: (random: Random) => unknown;
  /** The typed array that holds it. */
  readonly array?: { from(values: Iterable<never>): Iterable<unknown> };
}

const same = (value: unknown): unknown => value;
let listening: (source: string) => void = () => {};

/** Sends what the listeners of kinds hear, which are the same for every play, to `prompter`. */
export function listenWith(prompter: Prompter | undefined): void {
  listening = prompter === undefined ? () => {} : prompter.interrupt;
}

const onTruncate = (): void => listening("onTruncate");

/** Fixed text of which the end is cut off. */
const Cut = text(6, { onTruncate });

/** A struct of numbers. */
export const Item = struct({ id: u32, x: f64 }, { name: "Item" });
/** A struct of everything that structs are made of. */
const Rich = struct({ kind: u8, at: Item, name: Cut, list: array(u16, 3), on: bool }, { name: "Rich" });

interface ItemValue {
  readonly id: number;
  readonly x: number;
}

const itemOf = (random: Random): ItemValue => ({ id: random.below(200), x: random.below(50) / 2 });
const textOf = (random: Random): string => {
  const number = random.below(250);
  const start = `${"é€a😀"[number % 3]}${number}`;
  return random.once(5) ? start.padEnd(60 + number % 50, "é-") : start;
};
const bytesOf = (random: Random, length: number): Uint8Array =>
  new Uint8Array(length).fill(random.below(200), Math.min(1, length));

/** The same fields, all or some of which do something when they are read. */
function nasty(value: object, prompter: Prompter): object {
  const { random } = prompter;
  if (!random.once(5)) return value;
  const given = {};
  for (const [name, field] of Object.entries(value)) {
    const quiet = random.once(2);
    const get = quiet ? (): unknown => field : (): unknown => (prompter.interrupt(`getter ${name}`), field);
    Object.defineProperty(given, name, { get, enumerable: true });
  }
  return given;
}

const givenStruct = (value: unknown, prompter: Prompter): unknown => nasty(value as object, prompter);

function sortOf(
  label: string,
  kind: Kind<never> | object,
  make: Sort["make"],
  rest: Partial<Sort> = {},
): Sort {
  return { label, kind, make, given: same, stored: same, ...rest };
}

const utf8 = (value: string): number => new TextEncoder().encode(value).length;

/** What is left of a text in six bytes. */
function cut(value: unknown): string {
  let stored = String(value);
  while (utf8(stored) > 6) stored = Array.from(stored).slice(0, -1).join("");
  return stored;
}

const notText = (random: Random): unknown => random.pick([5, null, undefined, {}]);

/** Every kind by its name. */
export const SORTS = {
  f64: sortOf("f64", f64, (random) => random.below(300) / 4, { array: Float64Array }),
  u8: sortOf("u8", u8, (random) => random.below(256), { array: Uint8Array }),
  u32: sortOf("u32", u32, (random) => random.below(300), { array: Uint32Array }),
  i64: sortOf("i64", i64, (random) => BigInt(random.below(300)) << 33n, { array: BigInt64Array }),
  bool: sortOf("bool", bool, (random) => random.once(2)),
  item: sortOf("Item", Item, itemOf, { given: givenStruct }),
  rich: sortOf(
    "Rich",
    Rich,
    (random) => ({
      kind: random.below(256),
      at: itemOf(random),
      name: random.once(6) ? "zu lang für das Feld" : String(random.below(50)),
      list: [1, random.below(9), 3],
      on: random.once(2),
    }),
    {
      given: (value, prompter) =>
        nasty({ ...(value as { at: object }), at: nasty((value as { at: object }).at, prompter) }, prompter),
      stored: (value) => ({ ...(value as object), name: cut((value as { name: string }).name) }),
    },
  ),
  cut: sortOf("text(6)", Cut, (random) => random.once(6) ? `zulänglich${random.below(9)}` : String(random.below(150)), {
    stored: cut,
    bad: (random) => random.once(2) ? "a\0b" : notText(random),
  }),
  digest: sortOf("bytes(5)", bytes(5), (random) => bytesOf(random, 5), {
    bad: (random) => random.once(2) ? new Uint8Array(4) : notText(random),
  }),
  text: sortOf("anyText", anyText, textOf, { bad: notText }),
  bytes: sortOf("anyBytes", anyBytes, (random) => bytesOf(random, random.below(random.once(9) ? 90 : 12)), {
    bad: notText,
  }),
} as const satisfies Record<string, Sort>;

/** A text that is equal for two values when containers take them for the same. */
export function nameOf(value: unknown): string {
  if (typeof value === "number" || typeof value === "string") return `${value}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Uint8Array) return `[${value.join()}]`;
  if (Array.isArray(value)) return `(${value.map(nameOf).join()})`;
  const plain = "toObject" in value ? (value as { toObject(): object }).toObject() : value;
  let name = "";
  for (const field of Object.values(plain)) name += `${nameOf(field)};`;
  return name;
}
