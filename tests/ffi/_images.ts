/** The smallest files that have the headers of a library, built byte by byte. */

/** A file under construction. */
function image(byteLength: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** What of an ELF file a test may want to be different. */
export interface ElfOptions {
  readonly bits?: 32 | 64;
  readonly bigEndian?: boolean;
  readonly type?: number;
  readonly machine?: number;
  /** Size that the one segment claims. */
  readonly segmentByteLength?: number;
  /** Makes the one program header ask for this loader. */
  readonly interpreter?: string;
}

export const ELF_BYTE_LENGTH = 256;

/** An ELF file of 256 bytes with one program header. */
export function elf(options: ElfOptions = {}): Uint8Array {
  return image(ELF_BYTE_LENGTH, (view) => {
    view.setUint32(0, 0x7f454c46);
    view.setUint8(4, options.bits === 32 ? 1 : 2);
    view.setUint8(5, options.bigEndian ? 2 : 1);
    view.setUint16(16, options.type ?? 3, true);
    view.setUint16(18, options.machine ?? 62, true);
    view.setBigUint64(32, 64n, true);
    view.setUint16(54, 56, true);
    view.setUint16(56, 1, true);
    const { interpreter } = options;
    view.setUint32(64, interpreter === undefined ? 1 : 3, true);
    view.setBigUint64(64 + 8, interpreter === undefined ? 0n : 128n, true);
    view.setBigUint64(64 + 32, BigInt(options.segmentByteLength ?? ELF_BYTE_LENGTH), true);
    if (interpreter === undefined) return;
    view.setBigUint64(64 + 32, BigInt(interpreter.length + 1), true);
    new Uint8Array(view.buffer).set(new TextEncoder().encode(interpreter), 128);
  });
}

/** Processors as Mach-O numbers them. */
export const MACH_O_X64 = 0x01000007;
export const MACH_O_ARM64 = 0x0100000c;

/** What of a Mach-O file a test may want to be different. */
export interface MachOOptions {
  readonly magic?: number;
  readonly processor?: number;
  readonly type?: number;
}

export const MACH_O_BYTE_LENGTH = 256;

/** A Mach-O library of 256 bytes with one segment that reaches to the end. */
export function machO(options: MachOOptions = {}): Uint8Array {
  return image(MACH_O_BYTE_LENGTH, (view) => {
    view.setUint32(0, options.magic ?? 0xfeedfacf, true);
    view.setUint32(4, options.processor ?? MACH_O_ARM64, true);
    view.setUint32(12, options.type ?? 6, true);
    view.setUint32(16, 2, true);
    view.setUint32(20, 16 + 72, true);
    // A command of another kind comes first: LC_UUID without its end.
    view.setUint32(32, 0x1b, true);
    view.setUint32(36, 16, true);
    view.setUint32(48, 0x19, true);
    view.setUint32(52, 72, true);
    view.setBigUint64(48 + 40, 128n, true);
    view.setBigUint64(48 + 48, BigInt(MACH_O_BYTE_LENGTH - 128), true);
  });
}

/** A universal file that holds one Mach-O library for each of `processors`. */
export function universal(processors: readonly number[]): Uint8Array {
  const first = 512;
  return image(first + processors.length * MACH_O_BYTE_LENGTH, (view) => {
    view.setUint32(0, 0xcafebabe);
    view.setUint32(4, processors.length);
    processors.forEach((processor, index) => {
      const offset = first + index * MACH_O_BYTE_LENGTH;
      view.setUint32(8 + index * 20, processor);
      view.setUint32(8 + index * 20 + 8, offset);
      view.setUint32(8 + index * 20 + 12, MACH_O_BYTE_LENGTH);
      new Uint8Array(view.buffer).set(machO({ processor }), offset);
    });
  });
}

/** What of a PE file a test may want to be different. */
export interface PeOptions {
  readonly signature?: number;
  readonly machine?: number;
  readonly characteristics?: number;
}

export const PE_BYTE_LENGTH = 512;

/** A PE library of 512 bytes with two sections, the second of which reaches to the end. */
export function pe(options: PeOptions = {}): Uint8Array {
  const start = 128;
  const sections = start + 24 + 32;
  return image(PE_BYTE_LENGTH, (view) => {
    view.setUint16(0, 0x4d5a);
    view.setUint32(60, start, true);
    view.setUint32(start, options.signature ?? 0x50450000);
    view.setUint16(start + 4, options.machine ?? 0x8664, true);
    view.setUint16(start + 6, 2, true);
    view.setUint16(start + 20, 32, true);
    view.setUint16(start + 22, options.characteristics ?? 0x2022, true);
    [[64, 320], [PE_BYTE_LENGTH - 384, 384]].forEach(([byteLength, offset], index) => {
      view.setUint32(sections + index * 40 + 16, byteLength ?? 0, true);
      view.setUint32(sections + index * 40 + 20, offset ?? 0, true);
    });
  });
}
