import assert from "node:assert/strict";
import { test } from "node:test";
import { Heap } from "../../../mod.ts";
import {
  type AnyElement,
  anyText,
  array,
  bits,
  Deque,
  enumeration,
  f64,
  HashMap,
  HashSet,
  type Kind,
  LruMap,
  Pool,
  PriorityQueue,
  SlotMap,
  SoaSlotMap,
  SoaVector,
  SortedMap,
  struct,
  u32,
  u8,
  union,
  VariableElement,
  Vector,
} from "../../../stl/mod.ts";

// What would run if it were code: in a comment, a string, a template, a regular expression, a key, a parameter.
const RUN = "globalThis.hostile = true";
const NAMES = [
  `price **// ${RUN}; /*`,
  `*/ ${RUN}; /*`,
  `**/${RUN}/**`,
  `/*/ ${RUN} /*/`,
  `"; ${RUN}; "`,
  `'; ${RUN}; '`,
  `"]; ${RUN}; v["`,
  `\\"; ${RUN}; //`,
  `\\`,
  `\\u0022; ${RUN}; //`,
  "`; " + RUN + "; `",
  `\${${RUN}}`,
  `\n${RUN}\n`,
  `\r${RUN}\r`,
  `\u2028${RUN}\u2028`,
  `\u2029${RUN}\u2029`,
  `-->\n${RUN}`,
  `<!-- ${RUN}`,
  `</script>${RUN}`,
  `x: ${RUN}, y`,
  `[${RUN}]`,
  `){${RUN}}//`,
  `get x(){${RUN}}`,
  "\ud800",
  "\udc00\ud800",
  "\0",
  "",
  " ",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "parts",
  "refuse",
  "view",
  "arguments",
  "eval",
  "await",
  "ключ",
  "😀",
];

function assertNothingRan(name: string): void {
  assert.ok(!("hostile" in globalThis), `${JSON.stringify(name)} ran`);
}

/** An element that is `u32` under another name, as a program can write one. */
function named(name: string): AnyElement {
  const { byteLength, alignment, read, write } = u32;
  return { name, layout: name, byteLength, alignment, read, write };
}

test("names of fields, groups, tags and columns never become code", () => {
  using heap = new Heap();
  for (const name of NAMES) {
    const Hostile = struct({ [name]: f64, inner: struct({ [name]: u32 }, { name }) }, { name });
    const points = new Vector(Hostile as never, { allocator: heap }) as unknown as Vector<AnyElement>;
    const value = { [name]: 1.5, inner: { [name]: 7 } };
    points.push(value as never);
    assert.deepEqual(points.toArray(), [value]);
    assert.equal((points.get(0) as Record<string, unknown>)[name], 1.5);
    assert.throws(() => points.push({ ...value, [name]: undefined } as never), {
      name: "TypeError",
      message: `Cannot store a ${name}: its field ${name} is missing`,
    });

    const rows = new SoaVector({ [name]: f64, other: named(name) }, { allocator: heap });
    rows.push({ [name]: 2.5, other: 9 } as never);
    rows.get(0)[name] = 3.5 as never;
    assert.deepEqual(rows.toArray(), [{ [name]: 3.5, other: 9 }]);
    assert.deepEqual([...rows.sortBy(name).cursor()].length, 1);
    const entities = new SoaSlotMap({ [name]: f64, other: named(name) }, { allocator: heap });
    const entity = entities.at(entities.add({ [name]: 2.5, other: 9 } as never));
    entity[name] = 3.5 as never;
    const [[, held]] = entities.toArray() as [[number, object]];
    assert.deepEqual([entity[name], held], [3.5, { [name]: 3.5, other: 9 }]);
    const places = new SlotMap(Hostile as never, { allocator: heap }) as unknown as SlotMap<AnyElement>;
    const place = places.at(places.add(value as never)) as Record<string, unknown>;
    assert.equal(place[name], 1.5);

    const Mixed = struct({ flags: bits({ [name]: 3 }), one: union({ [name]: u8 }), list: array(named(name), 2) });
    const mixed = { flags: { [name]: 5 }, one: { tag: name, value: 1 }, list: [1, 2] };
    const row = Mixed.create(heap, mixed as never);
    assert.deepEqual(row.toObject(), mixed);
    Mixed.free(heap, row);
    assertNothingRan(name);
  }
});

test("names of kinds never become code in any container", () => {
  using heap = new Heap();
  const options = { allocator: heap };
  // Each of them makes some 60 classes.
  for (const name of NAMES.filter((_, index) => index % 4 === 0)) {
    const element = named(name) as unknown as Kind<number>;
    const Choice = enumeration({ [name]: 3 }, u8);
    const Named = struct({ x: u32 }, { name });
    const texts = new VariableElement<string>(name, anyText.coding);
    new Vector(element as never, options).push(1 as never);
    new Deque(element as never, options).push(1 as never);
    new PriorityQueue(element as never, { ...options, compare: () => 0 }).push(1 as never);
    new SlotMap(element as never, options).add(1 as never);
    const pool = new Pool(Named, options);
    pool.release(pool.acquire());
    const choices = new Vector(Choice, options);
    choices.push(name);
    assert.equal(choices.get(0), name);
    for (const kind of [element, Choice, Named, texts] as Kind<unknown>[]) {
      const value = kind === element ? 1 : kind === Choice ? name : kind === Named ? { x: 2 } : "text";
      const map = new HashMap(kind, kind, options).set(value, value);
      assert.deepEqual([...map], [[value, value]]);
      assert.deepEqual([...new HashSet(kind, options).add(value)], [value]);
      assert.deepEqual([...new LruMap(kind, kind, { ...options, maxEntries: 2 }).set(value, value).keys()], [value]);
      const sorted = new SortedMap(kind, kind, { ...options, compare: () => 0 }).set(value, value);
      assert.deepEqual([...sorted.keys()], [value]);
    }
    assertNothingRan(name);
  }
});

test("the name __proto__ never becomes a prototype", () => {
  using heap = new Heap();
  const hostile = JSON.parse('{ "__proto__": 0 }') as Record<string, never>;
  const fields = Object.fromEntries([["__proto__", f64]]);
  for (const make of [() => struct(fields), () => new SoaVector(fields, { allocator: heap })]) {
    assert.throws(make, { name: "TypeError", message: /__proto__/ });
  }
  assert.throws(() => bits(Object.fromEntries([["__proto__", 1]])), { name: "TypeError", message: /__proto__/ });
  const Choice = enumeration(hostile, u8);
  const choices = new Vector(Choice, { allocator: heap });
  choices.push("__proto__" as never);
  assert.equal(choices.get(0), "__proto__");
  const One = union(Object.fromEntries([["__proto__", u8]]));
  const view = new DataView(new ArrayBuffer(2));
  One.write(view, 0, { tag: "__proto__", value: 4 });
  assert.deepEqual(One.read(view, 0), { tag: "__proto__", value: 4 });
});
