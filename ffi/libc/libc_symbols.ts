/**
 * The functions of the C library that are used beside mimalloc's own.
 *
 * @module
 */

/** The symbol table of the C library, in the groups that are bound together. */
// One literal without `satisfies`: nothing else gets past isolatedDeclarations (TypeScript 7.0).
export const libcSymbols = {
  /** Streams that record text from any thread without entering JavaScript. */
  streams: {
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
    // void free(void *ptr);
    free: { parameters: ["pointer"], result: "void" },
  },

  /** Pages of the operating system. */
  pages: {
    // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
    mmap: {
      parameters: ["pointer", "size", "i32", "i32", "i32", "i64"],
      result: "pointer",
    },
    // int munmap(void *addr, size_t length);
    munmap: { parameters: ["pointer", "size"], result: "i32" },
    // int madvise(void *addr, size_t length, int advice);
    madvise: { parameters: ["pointer", "size", "i32"], result: "i32" },
    // int mprotect(void *addr, size_t len, int prot);
    mprotect: { parameters: ["pointer", "size", "i32"], result: "i32" },
  },

  /** Whether memory is mapped. */
  mapped: {
    // int msync(void *addr, size_t length, int flags);
    msync: { parameters: ["pointer", "size", "i32"], result: "i32" },
  },

  /** Which pages of memory the system has provided. */
  residency: {
    // int mincore(void *addr, size_t length, unsigned char *vec);
    mincore: { parameters: ["pointer", "size", "buffer"], result: "i32" },
  },

  /** Memory that stays where it is. */
  locking: {
    // int mlock(const void *addr, size_t len);
    mlock: { parameters: ["pointer", "size"], result: "i32" },
    // int munlock(const void *addr, size_t len);
    munlock: { parameters: ["pointer", "size"], result: "i32" },
    // int getrlimit(int resource, struct rlimit *rlim);
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  },

  /** What time it is. */
  clock: {
    // int clock_gettime(clockid_t clockid, struct timespec *tp);
    clock_gettime: { parameters: ["i32", "pointer"], result: "i32" },
  },

  /** What a thread has used. */
  usage: {
    // int getrusage(int who, struct rusage *usage);
    getrusage: { parameters: ["i32", "pointer"], result: "i32" },
  },

  /** Files. */
  files: {
    // int open(const char *pathname, int flags, ...);
    open: { parameters: ["buffer", "i32"], result: "i32" },
    // ssize_t read(int fd, void *buf, size_t count);
    read: { parameters: ["i32", "buffer", "size32"], result: "i64" },
    // off_t lseek(int fd, off_t offset, int whence);
    lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
    // int close(int fd);
    close: { parameters: ["i32"], result: "i32" },
  },

  /** Memory. */
  memory: {
    // void *memmove(void *dest, const void *src, size_t n);
    memmove: { parameters: ["buffer", "buffer", "size32"], result: "pointer" },
    // size_t strlen(const char *s);
    strlen: { parameters: ["pointer"], result: "size" },
  },

  /** Shared libraries. */
  loader: {
    // void *dlopen(const char *filename, int flags);
    dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    // void *dlsym(void *handle, const char *symbol);
    dlsym: { parameters: ["pointer", "buffer"], result: "pointer" },
    // int dladdr(const void *addr, Dl_info *info);
    dladdr: { parameters: ["pointer", "buffer"], result: "i32" },
  },

  /** The libraries that macOS has in no files. */
  sharedCache: {
    // bool _dyld_shared_cache_contains_path(const char* path);
    _dyld_shared_cache_contains_path: { parameters: ["buffer"], result: "bool" },
  },

  /** Threads. */
  threads: {
    // pid_t gettid(void);
    gettid: { parameters: [], result: "i32" },
    // pthread_t pthread_self(void);
    pthread_self: { parameters: [], result: "pointer" },
  },

  /** The machine. */
  system: {
    // int getpagesize(void);
    getpagesize: { parameters: [], result: "i32" },
  },
} as const;
