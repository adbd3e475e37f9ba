const SECTION_RELOCATIONS = 4;
const SECTION_DYNAMIC_SYMBOLS = 11;
const SEGMENT_LOAD = 1;
const SYMBOL_BYTE_LENGTH = 24;
const RELOCATION_BYTE_LENGTH = 24;
const BINDING_GLOBAL = 1;
const BINDING_WEAK = 2;
const TYPE_FUNCTION = 2;
/** R_X86_64_RELATIVE and R_AARCH64_RELATIVE. */
const RELATIVE = [8, 1027];

/** A section as its header describes it, in bytes of the file. */
interface Section {
  readonly type: number;
  readonly offset: number;
  readonly byteLength: number;
  /** Index of the section that it refers to. */
  readonly link: number;
}

/** A part of the file that is mapped to an address. */
interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly byteLength: number;
}

/** A word of the library that the loader fills with an address of the library. */
export interface Relocation {
  /** Address of the word. */
  readonly address: number;
  /** The address that it points to. */
  readonly target: number;
}

/** A 64-bit little-endian ELF file: what it exports, and its data as it lies in memory. */
export class ElfFile {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #sections: readonly Section[];
  readonly #segments: readonly Segment[];

  /** Reads the headers. Throws `Error` when the bytes are not a 64-bit ELF file. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 64 || this.#view.getUint32(0) !== 0x7f454c46 || bytes[4] !== 2) {
      throw new Error("Cannot read the symbols: it is not a 64-bit ELF file");
    }
    this.#sections = this.#readSections();
    this.#segments = this.#readSegments();
  }

  /** The names of the functions that the library exports, sorted. */
  exportedFunctions(): readonly string[] {
    const names: string[] = [];
    for (const section of this.#sections) {
      if (section.type !== SECTION_DYNAMIC_SYMBOLS) continue;
      const strings = this.#sections[section.link];
      if (strings === undefined) throw new Error("Cannot read the symbols: their names are missing");
      for (let at = section.offset; at < section.offset + section.byteLength; at += SYMBOL_BYTE_LENGTH) {
        if (this.#isExportedFunction(at)) names.push(this.#text(strings.offset + this.#view.getUint32(at, true)));
      }
    }
    return names.sort();
  }

  /** The words that the loader fills with addresses of the library. */
  relocations(): readonly Relocation[] {
    const found: Relocation[] = [];
    for (const { type, offset, byteLength } of this.#sections) {
      if (type !== SECTION_RELOCATIONS) continue;
      for (let at = offset; at < offset + byteLength; at += RELOCATION_BYTE_LENGTH) {
        if (!RELATIVE.includes(this.#view.getUint32(at + 8, true))) continue;
        found.push({ address: this.#word(at), target: this.#word(at + 16) });
      }
    }
    return found;
  }

  /** The text at an address, up to its zero byte; `undefined` where the file maps nothing. */
  textAt(address: number): string | undefined {
    const offset = this.#offsetOf(address);
    return offset === undefined ? undefined : this.#text(offset);
  }

  /** The signed 64-bit number at an address; `undefined` where the file maps nothing. */
  wordAt(address: number): number | undefined {
    const offset = this.#offsetOf(address);
    return offset === undefined ? undefined : this.#word(offset);
  }

  /** The signed 32-bit number at an address; `undefined` where the file maps nothing. */
  intAt(address: number): number | undefined {
    const offset = this.#offsetOf(address);
    return offset === undefined ? undefined : this.#view.getInt32(offset, true);
  }

  #isExportedFunction(at: number): boolean {
    const information = this.#view.getUint8(at + 4);
    const binding = information >> 4;
    return (binding === BINDING_GLOBAL || binding === BINDING_WEAK) &&
      (information & 15) === TYPE_FUNCTION &&
      this.#view.getUint16(at + 6, true) !== 0;
  }

  #readSections(): Section[] {
    const offset = this.#word(40);
    const entryByteLength = this.#view.getUint16(58, true);
    return Array.from({ length: this.#view.getUint16(60, true) }, (_, index) => {
      const at = offset + index * entryByteLength;
      return {
        type: this.#view.getUint32(at + 4, true),
        offset: this.#word(at + 24),
        byteLength: this.#word(at + 32),
        link: this.#view.getUint32(at + 40, true),
      };
    });
  }

  #readSegments(): Segment[] {
    const offset = this.#word(32);
    const entryByteLength = this.#view.getUint16(54, true);
    const starts = Array.from(
      { length: this.#view.getUint16(56, true) },
      (_, index) => offset + index * entryByteLength,
    );
    return starts
      .filter((at) => this.#view.getUint32(at, true) === SEGMENT_LOAD)
      .map((at) => ({ offset: this.#word(at + 8), address: this.#word(at + 16), byteLength: this.#word(at + 32) }));
  }

  #offsetOf(address: number): number | undefined {
    const segment = this.#segments.find(({ address: start, byteLength }) =>
      address >= start && address < start + byteLength
    );
    return segment && segment.offset + address - segment.address;
  }

  #word(offset: number): number {
    return Number(this.#view.getBigInt64(offset, true));
  }

  #text(offset: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(offset, this.#bytes.indexOf(0, offset)));
  }
}
