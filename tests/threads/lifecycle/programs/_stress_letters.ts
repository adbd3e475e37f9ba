import { anyBytes, struct, u32 } from "../../../../stl/mod.ts";
import type { Column, Ledger } from "./_stress_ledger.ts";

/** A message of a channel with all messages of the same size. */
export const Letter = struct({ sender: u32, sequence: u32, check: u32 });

/** The kind of the messages of the channel on which all Workers tell the main thread something. */
export const NEWS = anyBytes;

/** The most bytes of such a message. */
export const NEWS_BYTES = 400;

/** What a letter says. */
export interface LetterValue {
  readonly sender: number;
  readonly sequence: number;
  readonly check: number;
}

/** The letter of `sender` with a number. */
export function letterOf(sender: number, sequence: number): LetterValue {
  return { sender, sequence, check: checkOf(sender, sequence) };
}

/** Throws unless that is one. */
export function checkLetter({ sender, sequence, check }: LetterValue): void {
  if (check !== checkOf(sender, sequence)) throw new Error(`letter ${sequence} of ${sender} has the check ${check}`);
}

function checkOf(sender: number, sequence: number): number {
  return Math.imul(sender * 31 + sequence, 0x9e3779b1) >>> 0;
}

/** The bytes that `sender` tells, of which `length` follow from their number. */
export function newsOf(sender: number, sequence: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + length).fill(sequence + length);
  new Uint32Array(bytes.buffer, 0, 2).set([sender, sequence]);
  return bytes;
}

/** Who tells that, and the how manieth time; throws unless all bytes are right. */
export function readNews(bytes: Uint8Array): { sender: number; sequence: number } {
  const [sender, sequence] = new Uint32Array(bytes.slice(0, 8).buffer) as unknown as [number, number];
  const length = bytes.length - 8;
  for (let at = 8; at < bytes.length; at++) {
    if (bytes[at] !== (sequence + length & 255)) {
      throw new Error(`byte ${at} of news ${sequence} of ${sender} is wrong`);
    }
  }
  return { sender, sequence };
}

/** Does `task` when the channel is open still; false when somebody has closed it. */
export function unlessClosed(task: () => boolean): boolean {
  try {
    return task();
  } catch (error) {
    if ((error as Error).name === "ClosedError") return false;
    throw error;
  }
}

/** Sends the next message of a Worker by `send`, and notes before and after that it does. */
export function sendNext(
  ledger: Ledger,
  worker: number,
  [begun, sent]: readonly [Column, Column],
  send: (sequence: number) => boolean,
): void {
  const sequence = ledger.get(worker, sent) + 1;
  ledger.set(worker, begun, sequence);
  if (unlessClosed(() => send(sequence))) ledger.set(worker, sent, sequence);
}
