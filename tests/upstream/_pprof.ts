/** A profile as pprof reads it. */
export interface PprofProfile {
  /** What the values of a sample count: `alloc_objects/count` for example. */
  readonly sampleTypes: readonly string[];
  /** The samples: where they were taken and what they count. */
  readonly samples: readonly PprofSample[];
  /** The identifiers of the places in the code. */
  readonly locations: readonly number[];
  /** The files of the libraries that were mapped. */
  readonly mappings: readonly string[];
}

/** One sample of a {@linkcode PprofProfile}. */
export interface PprofSample {
  /** Where it was taken, the innermost call first. */
  readonly locations: readonly number[];
  /** What it counts, in the order of the sample types. */
  readonly values: readonly number[];
}

type Field = { readonly number: number; readonly value: number | Uint8Array };

/** Reads a file of `mi_pprof_profiler_new`; throws `RangeError` when it is no well-formed protocol buffer. */
export function readPprof(bytes: Uint8Array): PprofProfile {
  const fields = readFields(bytes);
  const strings = messages(fields, 6).map((text) => new TextDecoder().decode(text));
  const text = (field: Field | undefined): string => strings[Number(field?.value ?? 0)] ?? "";
  return {
    sampleTypes: messages(fields, 1).map(readFields).map((type) => `${text(find(type, 1))}/${text(find(type, 2))}`),
    samples: messages(fields, 2).map(readFields).map((sample) => ({
      locations: readNumbers(sample, 1),
      values: readNumbers(sample, 2),
    })),
    locations: messages(fields, 4).map((location) => Number(find(readFields(location), 1)?.value)),
    mappings: messages(fields, 3).map((mapping) => text(find(readFields(mapping), 5))),
  };
}

function find(fields: readonly Field[], number: number): Field | undefined {
  return fields.find((field) => field.number === number);
}

function messages(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.filter((field) => field.number === number).map(({ value }) => {
    if (typeof value === "number") throw new RangeError(`field ${number} is no message`);
    return value;
  });
}

/** The numbers of a repeated field, packed or not. */
function readNumbers(fields: readonly Field[], number: number): number[] {
  return fields.filter((field) => field.number === number).flatMap(({ value }) => {
    if (typeof value === "number") return [value];
    const reader = new Reader(value);
    const numbers: number[] = [];
    while (!reader.done) numbers.push(reader.number());
    return numbers;
  });
}

function readFields(bytes: Uint8Array): Field[] {
  const reader = new Reader(bytes);
  const fields: Field[] = [];
  while (!reader.done) {
    const key = reader.number();
    const wire = key % 8;
    if (wire !== 0 && wire !== 2) throw new RangeError(`a field of wire type ${wire}`);
    fields.push({ number: Math.floor(key / 8), value: wire === 0 ? reader.number() : reader.take(reader.number()) });
  }
  return fields;
}

/** Reads numbers and bytes one after the other. */
class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** The next number of seven bits a byte; exact up to 2^53. */
  number(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = this.take(1)[0]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError(`${end} bytes are read of ${this.#bytes.length}`);
    return this.#bytes.subarray(this.#position, this.#position = end);
  }
}
