import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import {
  callback,
  cString,
  inOut,
  isize,
  long,
  type NativeLibrary,
  opaque,
  openLibrary,
  out,
  pointer,
  type Signatures,
  ulong,
  usize,
} from "../../native/mod.ts";
import { array, bool, cUnion, f32, f64, i16, i32, i64, i8, struct, u16, u32, u64, u8 } from "../../stl/mod.ts";

/** Whether the machine has a C compiler. */
export const hasCompiler: boolean = process.platform !== "win32" && has("cc");

function has(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let file: string | undefined;

/** The path of the library, which the system's compiler makes at the first call. */
export function libraryFile(): string {
  return file ??= compile();
}

function compile(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "mimalloc-ffi-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const made = path.join(directory, process.platform === "darwin" ? "libevery_kind.dylib" : "libevery_kind.so");
  const source = path.join(import.meta.dirname!, "_every_kind.c");
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-pthread", "-o", made, source]);
  return made;
}

/** The structs of the library. */
export const Point = struct({ x: f64, y: f64 }, { name: "Point" });
export const Pair = struct({ x: f32, y: f32 }, { name: "Pair" });
export const Mixed = struct({ id: i64, weight: f64 }, { name: "Mixed" });
export const Turned = struct({ weight: f64, id: i32 }, { name: "Turned" });
export const Color = struct({ r: u8, g: u8, b: u8 }, { name: "Color" });
export const Range = struct({ first: i64, second: i64 }, { name: "Range" });
export const Box = struct({ corners: array(Point, 2), kind: i32 }, { name: "Box" });
export const Value = cUnion({ code: u32, level: f32, bytes: array(u8, 4) });
export const Event = struct({ kind: i32, value: Value }, { name: "Event" });
export const Packet = struct({ bytes: pointer(u8), length: u32, next: pointer() }, { name: "Packet" });
export const Counter = opaque("Counter");
export const Compare = callback({ parameters: [pointer(f64), pointer(f64)], result: i32 });
export const Listener = callback({ parameters: [i32], result: i32 });
export const Handler = struct({ weight: i32, listener: Listener }, { name: "Handler" });

/** What of the library has no structs by value. */
export const plain = {
  same_i8: { parameters: [i8], result: i8 },
  same_u8: { parameters: [u8], result: u8 },
  same_i16: { parameters: [i16], result: i16 },
  same_u16: { parameters: [u16], result: u16 },
  same_i32: { parameters: [i32], result: i32 },
  same_u32: { parameters: [u32], result: u32 },
  same_i64: { parameters: [i64], result: i64 },
  same_u64: { parameters: [u64], result: u64 },
  same_f32: { parameters: [f32], result: f32 },
  same_f64: { parameters: [f64], result: f64 },
  same_bool: { parameters: [bool], result: bool },
  same_usize: { parameters: [usize], result: usize },
  same_isize: { parameters: [isize], result: isize },
  same_long: { parameters: [long], result: long },
  same_ulong: { parameters: [ulong], result: ulong },
  touch: {},
  touched: { result: i32 },
  point_scale: { parameters: [pointer(Point), f64] },
  points_sum: { parameters: [pointer(Point), usize], result: f64 },
  event_level: { parameters: [pointer(Event), f32] },
  event_code: { parameters: [pointer(Event)], result: u32 },
  packets_sum: { parameters: [pointer(Packet)], result: u32 },
  fill_doubles: { parameters: [pointer(f64), usize, f64] },
  address_of: { parameters: [pointer()], result: usize },
  divide: { parameters: [i32, i32, out(i32), out(i32)], result: i32 },
  grow: { parameters: [inOut(usize)] },
  origin: { parameters: [out(Point)] },
  counter_open: { parameters: [out(pointer(Counter))], result: i32 },
  counter_next: { parameters: [pointer(Counter)], result: i32 },
  counter_close: { parameters: [pointer(Counter)] },
  counter_none: { result: pointer(Counter) },
  text_length: { parameters: [cString], result: usize },
  greeting: { result: cString },
  no_text: { result: cString },
  text_of: { parameters: [out(cString)] },
  text_copy: { parameters: [cString], result: pointer(u8) },
  keep_text: { parameters: [cString] },
  kept: { result: cString },
  make_bytes: { parameters: [usize], result: pointer(u8) },
  free_bytes: { parameters: [pointer(u8)] },
  freed_bytes: { result: i32 },
  sort_doubles: { parameters: [pointer(f64), usize, Compare] },
  fold: { parameters: [pointer(f64), usize, callback({ parameters: [f64, f64, i32], result: f64 })], result: f64 },
  each_text: {
    parameters: [i32, callback({ parameters: [cString, i64, bool, pointer(Counter)], result: bool })],
    result: i32,
  },
  listen: { parameters: [Listener] },
  tell: { parameters: [i32], result: i32 },
  tell_elsewhere: { parameters: [i32], result: i32 },
  handle: { parameters: [pointer(Handler), i32], result: i32 },
  text_during: { parameters: [cString, callback({})], result: cString },
} as const satisfies Signatures;

/** What of the library has structs by value. */
export const byValue = {
  point_add: { parameters: [Point, Point], result: Point },
  pair_turn: { parameters: [Pair], result: Pair },
  mixed_more: { parameters: [i32, Mixed, f64], result: Mixed },
  turned_more: { parameters: [Turned], result: Turned },
  color_invert: { parameters: [Color], result: Color },
  range_shift: { parameters: [Range, i64], result: Range },
  box_grow: { parameters: [Box, f64, i32], result: Box },
} as const satisfies Signatures;

/** What runs elsewhere where the runtime can do that. */
export const slow = {
  fill_slowly: { parameters: [pointer(u8), usize, u8, i32], nonblocking: true },
} as const satisfies Signatures;

let opened: NativeLibrary<typeof plain> | undefined;

/** The library without structs by value, opened once. */
export function openPlain(): NativeLibrary<typeof plain> {
  return opened ??= openLibrary(libraryFile(), plain);
}
