/**
 * The functions of the C library that are used beside mimalloc's own.
 *
 * @module
 */
import type { Declarations } from "./types.ts";

/** Streams that record text from any thread without entering JavaScript. */
const streams = {
  // FILE *open_memstream(char **ptr, size_t *sizeloc);
  open_memstream: { parameters: ["pointer", "pointer"], result: "pointer" },
  // int fflush(FILE *stream);
  fflush: { parameters: ["pointer"], result: "i32" },
  // void rewind(FILE *stream);
  rewind: { parameters: ["pointer"], result: "void" },
  // void flockfile(FILE *stream);
  flockfile: { parameters: ["pointer"], result: "void" },
  // void funlockfile(FILE *stream);
  funlockfile: { parameters: ["pointer"], result: "void" },
  // void *calloc(size_t nmemb, size_t size);
  calloc: { parameters: ["size", "size"], result: "pointer" },
} as const satisfies Declarations;

/** Pages of the operating system. */
const pages = {
  // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
  mmap: { parameters: ["pointer", "size", "i32", "i32", "i32", "i64"], result: "pointer" },
  // int munmap(void *addr, size_t length);
  munmap: { parameters: ["pointer", "size"], result: "i32" },
  // int mincore(void *addr, size_t length, unsigned char *vec);
  mincore: { parameters: ["pointer", "size", "buffer"], result: "i32" },
} as const satisfies Declarations;

/** Threads. */
const threads = {
  // pthread_t pthread_self(void);
  pthread_self: { parameters: [], result: "pointer" },
} as const satisfies Declarations;

/** The symbol table of the C library, in the groups that are bound together. */
export const libcSymbols = { streams, pages, threads } as const;
