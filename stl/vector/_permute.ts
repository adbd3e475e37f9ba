/** Rows of bytes, word by word. */
function wordsOf(
  { buffer, byteOffset, byteLength }: DataView<ArrayBuffer>,
  rowBytes: number,
): Uint8Array | Uint32Array {
  const aligned = rowBytes % 4 === 0 && byteOffset % 4 === 0;
  return aligned
    ? new Uint32Array(buffer, byteOffset, byteLength >>> 2)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Puts row `order[i]` at `i`, for every row of `rowBytes` bytes that `order` names once. Walks along the cycles of
 * `order`, so it needs room for one row only; `order` is spent afterwards.
 */
export function permuteRows(view: DataView<ArrayBuffer>, rowBytes: number, order: Uint32Array): void {
  const words = wordsOf(view, rowBytes);
  const size = rowBytes / words.BYTES_PER_ELEMENT;
  const kept = words.slice(0, size);
  for (let start = 0; start < order.length; start++) {
    if (order[start] === start) continue;
    for (let word = 0; word < size; word++) kept[word] = words[start * size + word]!;
    let place = start;
    for (let next = order[place]!; next !== start; next = order[place]!) {
      const [to, from] = [place * size, next * size];
      for (let word = 0; word < size; word++) words[to + word] = words[from + word]!;
      order[place] = place;
      place = next;
    }
    for (let word = 0; word < size; word++) words[place * size + word] = kept[word]!;
    order[place] = place;
  }
}
