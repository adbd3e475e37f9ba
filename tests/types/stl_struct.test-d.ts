import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import type { Heap } from "@mimalloc/ffi";
import {
  type AccessorOf,
  array,
  asNumber,
  bigEndian,
  bits,
  bool,
  bytes,
  enumeration,
  f16,
  f32,
  f64,
  type FixedArray,
  i16,
  i32,
  i64,
  i8,
  type InferElement,
  type InferInput,
  readonly,
  reference,
  struct,
  text,
  u16,
  u32,
  u64,
  u8,
  union,
} from "@mimalloc/ffi/stl";

declare const heap: Heap;

// Numbers are numbers, 64 bits are bigints unless asked for otherwise.
const Numbers = struct({ f16, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64, bool });
declare const numbers: AccessorOf<typeof Numbers>;
expectType<number>(numbers.f16);
expectType<number>(numbers.f32);
expectType<number>(numbers.f64);
expectType<number>(numbers.i8);
expectType<number>(numbers.i16);
expectType<number>(numbers.i32);
expectType<number>(numbers.u8);
expectType<number>(numbers.u16);
expectType<number>(numbers.u32);
expectType<bigint>(numbers.i64);
expectType<bigint>(numbers.u64);
expectType<boolean>(numbers.bool);
expectError(numbers.i64 = 1);
expectError(numbers.f64 = 1n);
expectError(numbers.bool = 1);
expectError(numbers.f80);

const Choice = struct({ id: asNumber(u64), net: bigEndian(i64), port: bigEndian(u16), near: bigEndian(asNumber(i64)) });
declare const choice: AccessorOf<typeof Choice>;
expectType<number>(choice.id);
expectType<bigint>(choice.net);
expectType<number>(choice.port);
expectType<number>(choice.near);
expectError(choice.id = 1n);
expectError(asNumber(u32));
expectError(asNumber(f64));

// Every other kind of field.
const State = enumeration({ idle: 0, running: 1 }, u8);
const Everything = struct({
  name: text(16),
  digest: bytes(32),
  state: State,
  flags: bits({ alive: bool, team: 4 }),
  samples: array(f32, 8),
  at: struct({ x: f64, y: f64 }),
  matrix: array(array(f64, 2), 2),
  corners: array(struct({ x: f64 }), 4),
  shape: union({ circle: struct({ radius: f64 }), side: f32, none: u8 }),
});
declare const every: AccessorOf<typeof Everything>;
expectType<string>(every.name);
expectType<Uint8Array>(every.digest);
expectType<"idle" | "running">(every.state);
expectType<boolean>(every.flags.alive);
expectType<number>(every.flags.team);
expectType<FixedArray<typeof f32>>(every.samples);
expectType<number>(every.samples.get(0));
expectType<number | undefined>(every.samples.at(-1));
expectType<number>(every.at.x);
expectType<number>(every.matrix.get(0).get(1));
expectType<number[][]>(every.matrix.toArray());
expectType<number>(every.corners.get(0).x);
for (const corner of every.corners) expectType<number>(corner.x);
expectError(every.state = "gone");
expectError(every.flags.alive = 1);
expectError(every.flags.dead);
expectNotAssignable<ArrayLike<number>>(every.samples);
expectError(every.samples.set(0, "1"));
expectError(every.samples.assign(["1"]));
expectError(every.at.z);
expectError(every.digest = "00");

// The tag of a union tells the type of its value.
const { shape } = every;
expectType<"circle" | "side" | "none">(shape.tag);
if (shape.tag === "circle") expectType<number>(shape.value.radius);
if (shape.tag === "side") expectType<number>(shape.value);
expectError(shape.value.radius);
expectError(shape.tag = "side");
shape.assign({ tag: "circle", value: { radius: 1 } });
expectError(shape.assign({ tag: "circle", value: 1 }));
expectError(shape.assign({ tag: "square", value: 1 }));

// Plain objects have every field and no accessor in them.
expectType<{
  name: string;
  digest: Uint8Array;
  state: "idle" | "running";
  flags: { alive: boolean; team: number };
  samples: number[];
  at: { x: number; y: number };
  matrix: number[][];
  corners: { x: number }[];
  shape:
    | { tag: "circle"; value: { radius: number } }
    | { tag: "side"; value: number }
    | { tag: "none"; value: number };
}>(every.toObject());

// Readonly fields are filled with the whole and read afterwards.
const Row = struct({ id: readonly(u32), x: f64 });
const row = Row.create(heap, { id: 1, x: 2 });
expectType<number>(row.id);
expectError(row.id = 2);
expectError(row.assign({ id: 2 }));
row.assign({ x: 1 });
row.assign(Row.at(new Uint8Array(16)));
expectError(row.assign({ y: 1 }));
expectError(row.assign({ x: "1" }));
expectType<ReturnType<typeof row.toObject>>(row.toJSON());
expectType<ReturnType<typeof every.toObject>>(every.toJSON());
const object = row.toObject();
object.id = 5;
expectType<{ id: number; x: number }>(object);
expectType<boolean>(row.equals(row));
expectError(row.equals({ id: 1, x: 2 }));

// A whole struct needs all fields and no other.
expectError(Row.create(heap, { id: 1 }));
expectError(Row.create(heap, { id: 1, x: 2, y: 3 }));
expectError(Row.create({ id: 1, x: 2 }));
expectType<{ id: number; x: number }>({} as InferElement<typeof Row>);
expectAssignable<InferInput<typeof Row>>({ id: 1, x: 2 });
expectAssignable<InferInput<typeof Row>>(row);
expectNotAssignable<InferInput<typeof Row>>({ id: 1 });

// Fields are known by name.
expectType<number>(Row.offsetOf("id"));
expectType<number>(Row.sizeOf("x"));
expectType<number>(Row.alignOf("x"));
expectError(Row.offsetOf("z"));
expectError(Row.field(0));

// References know their target, also the struct that they are in.
const Node = struct({
  value: f64,
  next: reference("self"),
  children: array(reference("self"), 2),
  link: union({ one: reference("self"), none: u8 }),
  owner: reference(() => Row),
});
declare const node: AccessorOf<typeof Node>;
expectType<AccessorOf<typeof Node> | null>(node.next);
expectType<number | undefined>(node.next?.value);
expectType<number | undefined>(node.next?.next?.children.get(0)?.value);
expectType<number | undefined>(node.owner?.x);
if (node.link.tag === "one") expectType<number | undefined>(node.link.value?.value);
node.next = node;
node.next = null;
node.children.set(0, node);
node.link.assign({ tag: "one", value: node });
expectError(node.next = row);
expectError(node.next = undefined);
expectError(node.children.set(0, row));
expectError(node.link.assign({ tag: "one", value: row }));
expectError(node.owner = node);
expectError(reference("other"));
expectError(reference(Row));

// Only elements make a struct.
expectError(struct({ x: Float64Array }));
expectError(struct({ x: "f64" }));
expectError(struct({ x: 8 }));
expectError(struct({ x: { y: f64 } }));
expectError(struct({ x: f64 }, { pack: true }));
expectError(array(f64));
expectError(array(readonly(f64), 2));
expectError(text("16"));
expectError(bits({ a: "1" }));
expectError(bits({ a: 1 }, f64, 2));
expectError(enumeration({ a: "1" }));
expectError(union({ a: 1 }));
