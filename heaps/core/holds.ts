import { type Block, extrasOf } from "./block.ts";
import { sweepQuarantine } from "./quarantine.ts";

/** Keeps the memory of `block` as it is until `promise` settles, whoever takes it back. */
export function holdBlock(block: Block, promise: PromiseLike<unknown>): void {
  const extras = extrasOf(block);
  extras.holds++;
  function end(): void {
    extras.holds--;
    if (extras.holds > 0) return;
    const { alignment, escaped, parts, guest } = extras;
    const isPlain = alignment === 0 && !escaped && parts.length === 0 && guest === undefined;
    // A chunk with extras is not used again.
    if (isPlain) block.extras = undefined;
    if (block.index < 0) sweepQuarantine();
  }
  promise.then(end, end);
}

/** Throws `Error` when promises hold `block`; `action` says what is tried. */
export function requireNotHeld({ extras }: Block, action: string): void {
  if (extras === undefined || extras.holds === 0) return;
  throw new Error(`Cannot ${action} this view: ${extras.holds} promises hold it, await them first`);
}
