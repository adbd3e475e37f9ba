/**
 * What the count of an entry says of a thing that one realm has and another one can get: its state, and the realm that has
 * it in that. Both are one number and change at once, because a thread can be killed between any two steps, and another
 * one look at the entry there.
 */

/** It is in a message that nobody has received; the realm is that of the sender. */
export const ON_THE_WAY = 1;
/** A realm has it. */
export const OWNED = 2;
/** A realm is about to send it, and still has it by other means; or is about to make it, and has it once its address is known. */
export const PREPARED = 3;
/** A realm frees it. */
export const ENDING = 4;
const STATES = 8;

/** The count of an entry whose thing is in `state` with `realm`. */
export function countFor(state: number, realm: number): number {
  return realm * STATES + state;
}

/** The state that a count tells; 0 when it is over. */
export function stateOf(count: number): number {
  return count % STATES;
}

/** The realm that a count tells. */
export function realmIn(count: number): number {
  return Math.floor(count / STATES);
}
