import type { Memory } from "../core/memory.ts";
import { type Device, MOST_NAME_BYTES } from "./device.ts";
import { encodeName } from "./names.ts";
import type { Report } from "./report.ts";

/** Where a store writes the devices that were asked for. */
export interface Output {
  /** How much was written: bytes of binary records, characters of JSON. */
  readonly length: number;
  /** Writes a device, and how many metres it is away. */
  device(device: Device, distance?: number): void;
  /** The same of what is still bytes. */
  report(report: Report, distance?: number): void;
}

/** Devices as JSON: an array, or one line each. */
export class JsonOutput implements Output {
  readonly #lines: boolean;
  #text = "";

  /** Begins an array, or lines. */
  constructor(kind: "array" | "lines") {
    this.#lines = kind === "lines";
  }

  get length(): number {
    return this.#text.length;
  }

  device({ id, region, time, latitude, longitude, value, battery }: Device, distance?: number): void {
    const away = distance === undefined ? "" : `,"distance":${Math.round(distance)}`;
    const text = `{"id":${JSON.stringify(id)},"region":${JSON.stringify(region)},"time":${time},` +
      `"latitude":${latitude / 1e6},"longitude":${longitude / 1e6},"value":${value},"battery":${battery}${away}}`;
    if (this.#lines) this.#text += `${text}\n`;
    else this.#text += this.#text === "" ? text : `,${text}`;
  }

  report(report: Report, distance?: number): void {
    this.device(report, distance);
  }

  /** What was written, which ends the output. */
  end(): string {
    return this.#lines ? this.#text : `[${this.#text}]`;
  }
}

/** Devices as binary records in memory of the request. */
export class BinaryOutput implements Output {
  readonly #memory: Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  length = 0;

  /** Begins with room for `capacity` bytes. */
  constructor(memory: Memory, capacity: number) {
    this.#memory = memory;
    this.#bytes = memory.bytes(capacity);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, capacity);
  }

  #makeRoom(more: number): void {
    const longer = this.#memory.bytes(Math.max(this.length + more, this.#bytes.length * 2));
    longer.set(this.#bytes.subarray(0, this.length));
    this.#bytes = longer;
    this.#view = new DataView(longer.buffer, longer.byteOffset, longer.length);
  }

  device(device: Device): void {
    if (this.length + 2 * MOST_NAME_BYTES + 19 > this.#bytes.length) this.#makeRoom(2 * MOST_NAME_BYTES + 19);
    this.#name(device.id);
    this.#name(device.region);
    this.#numbers(device);
  }

  #name(name: string): void {
    const length = encodeName(name, this.#bytes, this.length + 1);
    this.#bytes[this.length] = length;
    this.length += 1 + length;
  }

  report(report: Report): void {
    const { idBytes, idStart, idEnd, regionBytes, regionStart, regionEnd } = report;
    const needed = idEnd - idStart + (regionEnd - regionStart) + 19;
    if (this.length + needed > this.#bytes.length) this.#makeRoom(needed);
    this.#copy(idBytes, idStart, idEnd);
    this.#copy(regionBytes, regionStart, regionEnd);
    this.#numbers(report);
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    const bytes = this.#bytes;
    let at = this.length;
    bytes[at++] = end - start;
    for (let i = start; i < end; i++) bytes[at++] = from[i]!;
    this.length = at;
  }

  #numbers({ time, latitude, longitude, value, battery }: Omit<Device, "id" | "region">): void {
    const at = this.length;
    this.#view.setUint32(at, time, true);
    this.#view.setInt32(at + 4, latitude, true);
    this.#view.setInt32(at + 8, longitude, true);
    this.#view.setFloat32(at + 12, value, true);
    this.#view.setUint8(at + 16, battery);
    this.length = at + 17;
  }

  /** What was written, which lasts as long as the memory does. */
  end(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }
}
