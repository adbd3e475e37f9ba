/**
 * The words of a channel, in memory that JavaScript shares, because only there threads can wait. Each kind of thread
 * writes words of its own cache line.
 */
export const word = {
  /** How many messages were begun, wrapped at 2^32. */
  tail: 0,
  /** How many were taken. */
  head: 16,
  /** 1 while the receiver waits for a message. */
  receiverWaits: 32,
  /** 1 while senders wait for room. */
  sendersWait: 48,
  /** 1 when it is closed. */
  closed: 64,
  /** The member that receives, plus 1; 0 before the first has tried. */
  receiver: 65,
  /** Numbers that the registry knows too, so that no other memory is taken for this. */
  marks: 66,
  /** The states of the slots begin here. */
  slots: 80,
} as const;

/** A state is what a slot is at the moment, below the lap of the queue that it is that in. */
const LAP_SHIFT = 18;

/** States of a slot; those from {@linkcode CLAIMED} on say which member writes. */
export const FREE = 0;
/** A message is there. */
export const FULL = 1;
/** A message that was begun, and is none. */
export const VOID = 2;
/** The member 0 writes. */
export const CLAIMED = 3;

/** The most members, and so the index of the last one that a state has room for. */
export const MOST_MEMBERS: number = 2 ** LAP_SHIFT - CLAIMED;

/** The state `FREE` in the lap of the message number `turn`, of a queue of 2^`bits` slots. */
export function lapOf(turn: number, bits: number): number {
  return turn >>> bits << LAP_SHIFT;
}

/** What a slot is, without the lap. */
export function stateOf(value: number): number {
  return value & (1 << LAP_SHIFT) - 1;
}

/** The lap in which a slot is that. */
export function lapIn(value: number): number {
  return value >> LAP_SHIFT << LAP_SHIFT;
}
