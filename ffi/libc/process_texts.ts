import { backend } from "../runtime/backend.ts";
import { libc } from "./libc.ts";
import { processWord, processWords } from "./process_words.ts";

/** Words before a text: the address of the one that was left before it, and its length in bytes. */
const HEAD_BYTES = 16;

/** Leaves a text for whoever runs in this process later. */
export function leaveText(text: string): void {
  const words = processWords();
  const bytes = new TextEncoder().encode(text);
  const made = words && libc("streams").calloc(HEAD_BYTES + bytes.length, 1);
  if (!words || !made) return;
  const buffer = backend().wrap(made, 0, HEAD_BYTES + bytes.length);
  const [head, own] = [new BigUint64Array(buffer, 0, 2), BigInt(backend().toAddress(made))];
  head[1] = BigInt(bytes.length);
  new Uint8Array(buffer, HEAD_BYTES).set(bytes);
  for (;;) {
    const before = head[0] = Atomics.load(words, processWord.legacy);
    if (Atomics.compareExchange(words, processWord.legacy, before, own) === before) break;
  }
  buffer.transfer(0);
}

/** The texts that were left so far, which nobody gets a second time. */
export function takeTexts(): string[] {
  const words = processWords();
  const texts: string[] = [];
  let next = words === undefined ? 0n : Atomics.exchange(words, processWord.legacy, 0n);
  while (next !== 0n) {
    const start = backend().toHandle(Number(next))!;
    const head = new BigUint64Array(backend().wrap(start, 0, HEAD_BYTES));
    const text = backend().wrap(start, HEAD_BYTES, Number(head[1]));
    texts.push(new TextDecoder().decode(new Uint8Array(text).slice()));
    next = head[0]!;
    text.transfer(0);
    head.buffer.transfer(0);
    libc("streams").free(start);
  }
  return texts;
}
