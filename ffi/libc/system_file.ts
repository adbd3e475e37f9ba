import { libc } from "./libc.ts";

const O_RDONLY = 0;
const PIECE = 2 ** 16;

/**
 * The text of a file in which Linux tells about itself; `undefined` where there is none. Read by the C library, because
 * Deno keeps `/proc` from programs without all permissions.
 */
export function readSystemFile(path: string): string | undefined {
  const { open, read, close } = libc("files");
  const file = open(new TextEncoder().encode(`${path}\0`), O_RDONLY);
  if (file < 0) return undefined;
  try {
    const decoder = new TextDecoder();
    const piece = new Uint8Array(PIECE);
    let text = "";
    for (;;) {
      const length = Number(read(file, piece, PIECE));
      if (length < 0) return undefined;
      if (length === 0) return text + decoder.decode();
      text += decoder.decode(piece.subarray(0, length), { stream: true });
    }
  } finally {
    close(file);
  }
}
