import { backend } from "../../ffi/runtime/backend.ts";
import type { AnyFunction } from "../../ffi/types.ts";
import { type AnyView, ClosedError } from "../../heaps/allocator.ts";
import { holdMemory } from "../../heaps/scope/hold_memory.ts";
import { compileText } from "../../stl/core/specialise.ts";
import { calls, rethrow } from "../core/calls.ts";
import { holdOwned } from "../foreign/owned_memory.ts";
import type { Parameter, Passage, Result } from "./_parameters.ts";

/** Whether a library is open: what its functions ask before each call. */
export interface Gate {
  /** False once it was closed. */
  open: boolean;
  /** What messages call the library. */
  readonly label: string;
}

/** A function of C and how it is called. */
export interface Callee {
  readonly name: string;
  readonly call: AnyFunction;
  readonly parameters: readonly Parameter[];
  readonly result: Result;
  readonly gate: Gate;
}

/** The function that programs call. */
export function makeFunction(callee: Callee, nonblocking: boolean): AnyFunction {
  if (nonblocking) return makeNonblocking(callee);
  const isPlain = callee.parameters.every(({ passer }) => passer !== undefined) &&
    typeof callee.result.type === "string";
  return (isPlain ? compileCall(callee) : undefined) ?? makeGeneral(callee);
}

function refuserOf({ name, gate }: Callee): () => never {
  return () => {
    throw new ClosedError(`Cannot call ${name} of ${gate.label}: the library was closed`);
  };
}

// A call site of its own for each function, and checks without calls: a list of converters takes 100 ns instead of 5.
function compileCall(callee: Callee): AnyFunction | undefined {
  const { call, parameters, result, gate } = callee;
  const passers = parameters.map(({ passer }) => passer!);
  const names = passers.map((_, index) => `a${index}`);
  const values = passers.map(({ text }, index) => {
    const words = { value: `a${index}`, convert: `c${index}`, part: `p${index}` };
    return text === undefined ? `${words.convert}(${words.value})` : text(words);
  });
  const returned = result.type === "void"
    ? ""
    : result.convert === undefined
    ? "return result;"
    : "return receive(result);";
  const text = `const [gate, refuse, calls, rethrow, call, receive, converters, further] = parts;
    const [${passers.map((_, index) => `c${index}`)}] = converters;
    const [${passers.map((_, index) => `p${index}`)}] = further;
    return (${names}) => {
      if (!gate.open) refuse();
      const result = call(${values.join(", ")});
      if (calls.failed) rethrow();
      ${returned}
    };`;
  return compileText<AnyFunction>(text, [
    gate,
    refuserOf(callee),
    calls,
    rethrow,
    call,
    result.convert,
    passers.map(({ convert }) => convert),
    passers.map(({ part }) => part),
  ]);
}

/** Prepares a call: what goes wrong with one parameter ends those before it. */
function enterAll(parameters: readonly Parameter[], values: readonly unknown[]): Passage[] {
  const passages: Passage[] = [];
  let next = 0;
  try {
    for (const { enter, given } of parameters) passages.push(enter(given ? values[next++] : undefined));
    return passages;
  } catch (error) {
    endAll(passages);
    throw error;
  }
}

function endAll(passages: readonly Passage[]): void {
  for (const passage of passages) passage.end?.();
}

/** What a call returns, with what C has returned through parameters behind it. */
function gather({ result, parameters }: Callee, returned: unknown, passages: readonly Passage[]): unknown {
  // Deno gives null for nothing where a function ran elsewhere.
  const value = result.type === "void"
    ? undefined
    : result.convert === undefined
    ? returned
    : result.convert(returned as never);
  if (!parameters.some(({ returns }) => returns)) return value;
  const others = passages.flatMap((passage) => passage.read === undefined ? [] : [passage.read()]);
  return result.type === "void" ? others : [value, ...others];
}

function makeGeneral(callee: Callee): AnyFunction {
  const { call, parameters, gate } = callee;
  const refuse = refuserOf(callee);
  return (...values: unknown[]): unknown => {
    if (!gate.open) refuse();
    const passages = enterAll(parameters, values);
    let returned: unknown;
    try {
      returned = call(...passages.map(({ passed }) => passed));
    } finally {
      endAll(passages);
    }
    if (calls.failed) rethrow();
    return gather(callee, returned, passages);
  };
}

function hold(view: AnyView, pending: Promise<unknown>): void {
  holdMemory(view, pending);
  holdOwned(view, pending);
}

function makeNonblocking(callee: Callee): AnyFunction {
  if (!backend().canRunElsewhere) {
    const blocking = makeGeneral(callee);
    // deno-lint-ignore require-await -- what it throws is what the promise fails with
    return async (...values) => blocking(...values);
  }
  const { call, parameters, gate } = callee;
  const refuse = refuserOf(callee);
  return async (...values: unknown[]): Promise<unknown> => {
    if (!gate.open) refuse();
    // Memory of its own for each, because other calls run meanwhile.
    calls.depth++;
    let passages: Passage[];
    let pending: Promise<unknown>;
    try {
      passages = enterAll(parameters, values);
      pending = call(...passages.map(({ passed }) => passed)) as Promise<unknown>;
    } finally {
      calls.depth--;
    }
    for (const { passed } of passages) if (ArrayBuffer.isView(passed)) hold(passed as AnyView, pending);
    const returned = await pending;
    return gather(callee, returned, passages);
  };
}
