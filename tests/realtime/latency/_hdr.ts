import hdr from "hdr-histogram-js";

// A package of CommonJS, of which Deno gives the default export alone.
export const { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } = hdr;
