/** What tells a mimalloc library from any other. */
export const identity = {
  // int mi_version(void);
  mi_version: { parameters: [], result: "i32" },
} as const;
