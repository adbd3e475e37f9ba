import type { Order } from "./_radix_sort.ts";

/** Words of a row that are gathered one after the other; longer ones are moved whole. */
const FEW_WORDS = 2;

type Words = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Rows of bytes, in the longest words that they are whole ones of. */
function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>, rowBytes: number): Words {
  const fits = (size: number): boolean => rowBytes % size === 0 && byteOffset % size === 0;
  if (fits(4)) return new Uint32Array(buffer, byteOffset, byteLength >>> 2);
  return fits(2)
    ? new Uint16Array(buffer, byteOffset, byteLength >>> 1)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Puts row `order[i]` at `i`, for every row of `rowBytes` bytes that `order` names once, which it does afterwards too;
 * `spare` is written over.
 */
export function permuteRows(view: ArrayBufferView<ArrayBuffer>, rowBytes: number, { order, spare }: Order): void {
  const words = wordsOf(view, rowBytes);
  const size = rowBytes / words.BYTES_PER_ELEMENT;
  if (size <= FEW_WORDS) { for (let word = 0; word < size; word++) gather(words, size, word, order, spare); }
  else rotate(words, size, order, spare);
}

/** Reads at random and writes in order, which processors are faster at than the other way round. */
function gather(words: Words, size: number, word: number, order: Uint32Array, spare: Uint32Array): void {
  if (size === 1) {
    for (let place = 0; place < order.length; place++) spare[place] = words[order[place]!]!;
    words.set(spare);
    return;
  }
  for (let place = 0; place < order.length; place++) spare[place] = words[order[place]! * size + word]!;
  for (let place = 0, at = word; place < order.length; place++, at += size) words[at] = spare[place]!;
}

/** Walks along the cycles of the order, with room for one row. */
function rotate(words: Words, size: number, order: Uint32Array, spare: Uint32Array): void {
  const kept = words.slice(0, size);
  spare.set(order);
  for (let start = 0; start < spare.length; start++) {
    if (spare[start] === start) continue;
    for (let word = 0; word < size; word++) kept[word] = words[start * size + word]!;
    let place = start;
    for (let next = spare[place]!; next !== start; next = spare[place]!) {
      const [to, from] = [place * size, next * size];
      for (let word = 0; word < size; word++) words[to + word] = words[from + word]!;
      spare[place] = place;
      place = next;
    }
    for (let word = 0; word < size; word++) words[place * size + word] = kept[word]!;
    spare[place] = place;
  }
}
