/** The layout of `mi_heap_area_t`, the same in all versions. Every field is one 64-bit word; all lengths are in bytes. */
export const areaLayout = {
  /** The size of the structure. */
  byteLength: 56,
  /** The fields in order. */
  fields: {
    blocks: 0,
    reserved: 8,
    committed: 16,
    used: 24,
    block_size: 32,
    full_block_size: 40,
    reserved1: 48,
  },
} as const;
