import type { SharedView } from "../../../../threads/mod.ts";
import type { Ledger } from "./_stress_ledger.ts";

/** The view that all threads of the stress test take turns with. */
export type SharedNumbers = SharedView<Uint32ArrayConstructor>;

/** How many numbers it has. */
export const BOARD_LENGTH = 1000;

/**
 * A view in which all numbers are the same whenever nobody writes to it. A writer that is terminated may leave two kinds
 * of them, and is named by the ledger then.
 */
export class Board {
  readonly view: SharedNumbers;
  readonly #ledger: Ledger;
  readonly #own: number;

  /** The board as the Worker `own` sees it. */
  constructor(view: SharedNumbers, ledger: Ledger, own: number) {
    this.view = view;
    this.#ledger = ledger;
    this.#own = own;
  }

  /** Checks all numbers, and makes them `value`, unless somebody else has the view. */
  write(value: number): void {
    const numbers = this.view.tryBorrow();
    if (numbers === undefined) return;
    const before = this.#ledger.enter(this.#own);
    this.#check(numbers, before);
    for (let index = 0; index < numbers.length; index++) numbers[index] = value;
    this.#ledger.leave();
    this.view.release();
  }

  /** Checks all numbers, unless somebody writes. */
  read(): void {
    const numbers = this.view.tryBorrowReading();
    if (numbers === undefined) return;
    this.#check(numbers, this.#ledger.inside);
    this.#check(numbers, this.#ledger.inside);
    this.view.release();
  }

  /** `writer` has not left the board. */
  #check(numbers: Uint32Array, writer: number): void {
    if (writer !== 0 && this.#ledger.get(writer, "gone") === 0) {
      throw new Error(`the Worker ${writer} writes to the board, and ${this.#own} has it`);
    }
    if (numbers.length !== BOARD_LENGTH) throw new Error(`the board has ${numbers.length} numbers`);
    const other = numbers.findIndex((each) => each !== numbers[0]);
    if (writer === 0 && other >= 0) throw new Error(`number ${other} of the board is another one`);
  }
}
