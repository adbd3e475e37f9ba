import { shown } from "../../heaps/argument.ts";
import { requirePortable } from "../../stl/bytes/readable.ts";
import { checkedKind, refuseValueOf } from "../../stl/elements/variable_element.ts";
import type { AnyElement, Element } from "../../stl/elements/element.ts";
import { partsWriterOf, type Write } from "../../stl/elements/parts_writer.ts";
import { type Coding, type Kind, VariableElement } from "../../stl/elements/variable_element.ts";

/** Words up to which a loop is faster than a call that copies. */
const FEW_WORDS = 32;

/** The messages of a channel in native memory: one of a kind in each slot, all slots of the same size. */
export abstract class Slots<T, Input> {
  #isPreparing = false;

  /**
   * Makes the bytes of a message, in memory of this thread: what the program runs here, getters for example, meets no
   * slot that is half written, and what throws changes nothing.
   */
  prepare(value: Input): void {
    if (this.#isPreparing) throw new Error("Cannot send inside of a getter of what is sent on the same channel");
    this.#isPreparing = true;
    try {
      this.encode(value);
    } catch (error) {
      this.#isPreparing = false;
      throw error;
    }
    this.#isPreparing = false;
  }

  /** Does it. */
  protected abstract encode(value: Input): void;
  /** Copies what was prepared to a slot. */
  abstract put(slot: number): void;
  /** The message in a slot, as a copy. */
  abstract get(slot: number): T;
}

/** Messages of a fixed number of bytes. */
class FixedSlots extends Slots<unknown, unknown> {
  readonly #write: Write;
  readonly #read: Element<unknown>["read"];
  readonly #size: number;
  readonly #prepared: DataView<ArrayBuffer>;
  readonly #preparedWords: Int32Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;

  constructor(element: AnyElement, memory: ArrayBuffer, slotBytes: number) {
    super();
    this.#write = partsWriterOf(element);
    this.#read = element.read;
    this.#size = slotBytes >>> 2;
    this.#prepared = new DataView(new ArrayBuffer(slotBytes));
    this.#preparedWords = new Int32Array(this.#prepared.buffer);
    this.#view = new DataView(memory);
    this.#words = new Int32Array(memory);
  }

  protected override encode(value: unknown): void {
    const write = this.#write;
    write(this.#prepared, 0, value);
  }

  override put(slot: number): void {
    const size = this.#size;
    const [from, to] = [this.#preparedWords, this.#words];
    const start = slot * size;
    if (size > FEW_WORDS) to.set(from, start);
    else for (let i = 0; i < size; i++) to[start + i] = from[i]!;
  }

  override get(slot: number): unknown {
    const read = this.#read;
    return read(this.#view, slot * this.#size * 4);
  }
}

/** Messages of up to a number of bytes, behind a word that says how many these are. */
class VariableSlots extends Slots<unknown, unknown> {
  readonly #kind: VariableElement<unknown>;
  readonly #coding: Coding<unknown>;
  readonly #slotBytes: number;
  readonly #most: number;
  readonly #prepared = { bytes: new Uint8Array(64) };
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #lengths: Int32Array<ArrayBuffer>;
  readonly #refuse: (value: unknown, label: string) => never;
  #length = 0;

  constructor(kind: VariableElement<unknown>, memory: ArrayBuffer, slotBytes: number, most: number) {
    super();
    this.#kind = kind;
    this.#coding = kind.coding;
    this.#slotBytes = slotBytes;
    this.#most = most;
    this.#bytes = new Uint8Array(memory);
    this.#lengths = new Int32Array(memory);
    this.#refuse = refuseValueOf(kind);
  }

  protected override encode(value: unknown): void {
    if (!this.#coding.fits(value)) this.#refuse(value, "Channel");
    if ((this.#coding.shortest?.(value) ?? 0) > this.#most) this.#refuseLength();
    this.#length = this.#coding.encode(value, this.#prepared);
    if (this.#length > this.#most) this.#refuseLength();
  }

  #refuseLength(): never {
    throw new RangeError(
      `Cannot send a message of this length: those of kind ${this.#kind.name} have at most ${this.#most} bytes on this ` +
        "channel, make it with more messageBytes",
    );
  }

  override put(slot: number): void {
    const start = slot * this.#slotBytes;
    const length = this.#length;
    const { bytes } = this.#prepared;
    this.#lengths[start >>> 2] = length;
    if (length > 4 * FEW_WORDS) this.#bytes.set(bytes.subarray(0, length), start + 4);
    else for (let i = 0; i < length; i++) this.#bytes[start + 4 + i] = bytes[i]!;
  }

  override get(slot: number): unknown {
    const start = slot * this.#slotBytes + 4;
    const { decode } = this.#coding;
    return decode(this.#bytes, start, start + this.#lengths[start - 4 >>> 2]!);
  }
}

/** What the slots of a channel are like. */
export interface SlotSize {
  /** Bytes of a slot. */
  readonly slotBytes: number;
  /** The most bytes of a message. */
  readonly messageBytes: number;
}

/** The most bytes of a message. */
const MOST_BYTES = 2 ** 24;

/** The size of the slots for messages of a kind. Throws `TypeError` for what is no kind, `RangeError` for a wrong size. */
export function slotSizeFor(kind: Kind<unknown>, messageBytes: number | undefined): SlotSize {
  checkedKind(kind, "Channel");
  if (kind instanceof VariableElement) {
    const most = messageBytes ?? 1024;
    if (!(Number.isInteger(most) && most > 0 && most <= MOST_BYTES)) {
      throw new RangeError(
        `Cannot make a Channel with messages of ${shown(most)} bytes: expected an integer from 1 to ${MOST_BYTES}`,
      );
    }
    return { slotBytes: Math.ceil((most + 4) / 8) * 8, messageBytes: most };
  }
  const element = kind as AnyElement;
  requirePortable("send", "Channel", [element]);
  if (messageBytes !== undefined && messageBytes !== element.byteLength) {
    throw new RangeError(
      `Cannot make a Channel with messages of ${shown(messageBytes)} bytes: those of kind ${element.name} have ` +
        `${element.byteLength}, leave messageBytes out`,
    );
  }
  if (element.byteLength > MOST_BYTES) {
    throw new RangeError(`Cannot make a Channel of ${element.name}: it has more than ${MOST_BYTES} bytes`);
  }
  return { slotBytes: Math.ceil(element.byteLength / 8) * 8, messageBytes: element.byteLength };
}

/** The slots in `memory`, which has room for all of them. */
export function slotsOver(kind: Kind<unknown>, memory: ArrayBuffer, size: SlotSize): Slots<unknown, unknown> {
  if (kind instanceof VariableElement) return new VariableSlots(kind, memory, size.slotBytes, size.messageBytes);
  return new FixedSlots(kind as AnyElement, memory, size.slotBytes);
}
