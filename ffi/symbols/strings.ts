/** Copies of strings and paths. */
export const strings = {
  // char* mi_strdup(const char* s);
  mi_strdup: { parameters: ["buffer"], result: "pointer" },
  // char* mi_strndup(const char* s, size_t n);
  mi_strndup: { parameters: ["buffer", "size"], result: "pointer" },
  // char* mi_realpath(const char* fname, char* resolved_name);
  mi_realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  // char* mi_heap_strdup(mi_heap_t* heap, const char* s);
  mi_heap_strdup: { parameters: ["pointer", "buffer"], result: "pointer" },
  // char* mi_heap_strndup(mi_heap_t* heap, const char* s, size_t n);
  mi_heap_strndup: { parameters: ["pointer", "buffer", "size"], result: "pointer" },
  // char* mi_heap_realpath(mi_heap_t* heap, const char* fname, char* resolved_name);
  mi_heap_realpath: { parameters: ["pointer", "buffer", "buffer"], result: "pointer" },
  // unsigned char* mi_mbsdup(const unsigned char* s);
  mi_mbsdup: { parameters: ["buffer"], result: "pointer" },
  // wchar_t* mi_wcsdup(const wchar_t* s);
  // Up to 3.0.1 a character has 16 bits, since 3.6 the bits of wchar_t.
  mi_wcsdup: { parameters: ["buffer"], result: "pointer" },
  // int mi_dupenv_s(char** buf, size_t* size, const char* name);
  // Since 3.6 the size counts the zero at the end.
  mi_dupenv_s: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
  // int mi_wdupenv_s(wchar_t** buf, size_t* size, const wchar_t* name);
  mi_wdupenv_s: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
} as const;
