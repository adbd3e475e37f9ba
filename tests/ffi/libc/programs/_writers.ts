import { backend, type Functions, type Handle } from "../../../../ffi/mod.ts";
import { currentPlatform } from "../../../../ffi/platform.ts";
import { libcPath } from "../../../../ffi/runtime/libc_path.ts";

const WRITERS = {
  // int fputs(const char *s, FILE *stream);
  fputs: { parameters: ["buffer", "pointer"], result: "i32" },
  // int fputc(int c, FILE *stream);
  fputc: { parameters: ["i32", "pointer"], result: "i32" },
} as const;

let bound: Functions<typeof WRITERS> | undefined;

/** The functions of the C library that mimalloc's hooks are set to, as calls. */
export function bindWriters(): {
  fputs(text: Uint8Array<ArrayBuffer>, stream: Handle): number;
  fputc(code: number, stream: Handle): number;
} {
  return bound ??= backend().bind(
    libcPath(currentPlatform()),
    WRITERS,
    false,
  ) as unknown as Functions<typeof WRITERS>;
}
