import { visitBlocks, type VisitedAreas } from "../../ffi/library/visit_blocks.ts";
import { areaLayout, hasFullBlockSize } from "../../ffi/area_layout.ts";
import { library } from "../../ffi/library/library.ts";
import type { Handle } from "../../ffi/types.ts";
import type { HeapArea, HeapBlocks } from "./heap_area.ts";

/** The areas of a heap that nobody else uses at the moment. */
export function areasOf(heap: Handle, visited: VisitedAreas = "all"): HeapArea[] {
  const areas: HeapArea[] = [];
  visitBlocks(heap, visited, (words) => areas.push(readArea(words)));
  return areas;
}

/** The live blocks of a heap that nobody else uses at the moment. */
export function blocksOf(heap: Handle, visited: VisitedAreas = "all"): HeapBlocks {
  let capacity = areasOf(heap, visited).reduce((total, { used }) => total + used, 0);
  let addresses = new Float64Array(capacity);
  let byteLengths = new Float64Array(capacity);
  let length = 0;
  let byteLength = 0;
  visitBlocks(heap, visited, (words) => {
    byteLength = readArea(words).blockBytes;
  }, (address) => {
    if (length === capacity) {
      capacity = capacity * 2 + 64;
      addresses = grown(addresses, capacity);
      byteLengths = grown(byteLengths, capacity);
    }
    addresses[length] = address;
    byteLengths[length++] = byteLength;
  });
  if (length === capacity) return { addresses, byteLengths };
  return { addresses: addresses.slice(0, length), byteLengths: byteLengths.slice(0, length) };
}

function grown(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(length);
  copy.set(array);
  return copy;
}

function readArea(words: BigUint64Array): HeapArea {
  const { fields } = areaLayout;
  const read = (offset: number): number => Number(words[offset / 8]);
  const blockBytes = read(fields.block_size);
  return {
    address: read(fields.blocks),
    reservedBytes: read(fields.reserved),
    committedBytes: read(fields.committed),
    used: read(fields.used),
    blockBytes,
    fullBlockBytes: hasFullBlockSize(library().version) ? read(fields.full_block_size) : blockBytes,
  };
}
