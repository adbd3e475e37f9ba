/**
 * What the tests of mimalloc assert, file by file and line by line, and the test that asserts it here. The files are
 * those of its branch dev3 and newer ones; `assertions_test.ts` proves that every test is there.
 *
 * Without a test, with the reason:
 *
 * | Upstream                                                  | Reason                                                         |
 * | --------------------------------------------------------- | -------------------------------------------------------------- |
 * | test-api.c: stl_allocator1, 2, stl_heap_allocator1 to 4   | templates of C++                                               |
 * | test-overflow.cpp                                         | C++                                                            |
 * | test-api-fill.c: fills of uninitialised and freed memory  | debug builds; the libraries of the tests are release builds     |
 * | test-wrong.c                                              | faults for Valgrind and ASan to find, without an assertion     |
 * | test-free-foreign.c: memory of the stack                  | JavaScript has no address of a stack                           |
 * | test-pprof.c: 10 call sites are 10 locations              | all of JavaScript calls from one place in C, which is one      |
 * | test-arena-large.c: 272 blocks                            | 3.6.0 puts two of 63 MiB into 256 MiB: 192 are the most        |
 * | test-arena.c: order, filter and stop of inner iterations  | internals that no library exports                              |
 * | test-bitmap.c, bench/fuzz                                 | internals that no library exports                              |
 * | test-win-msvc-c-guarded.c                                 | for Windows; tests/heaps/heap/guarded_build_test.ts catches    |
 * |                                                           | an overflow where a guarded build is loaded                    |
 * | main-override-static.c: detection of double frees,        | secure and debug builds detect them, release builds do not:    |
 * | overflows and invalid frees by mimalloc                   | what is tested here is that C never meets them                 |
 */
export const ASSERTIONS: readonly Assertions[] = [
  {
    upstream: "test-api.c",
    file: "upstream/api_test.ts",
    tests: [
      "malloc-zero",
      "malloc-nomem1",
      "malloc-free-null",
      "malloc-free-invalid-low",
      "calloc-overflow",
      "calloc0",
      "malloc-large",
      "posix_memalign1",
      "posix_memalign_no_align",
      "posix_memalign_zero",
      "posix_memalign_nopow2",
      "posix_memalign_nomem",
      "realloc-null",
      "realloc-null-sizezero",
      "realloc-sizezero",
      "reallocarray-null-sizezero",
      "realloc-guarded",
      "umalloc1",
      "arena_reserve",
      "realpath",
      "heap_destroy",
      "heap_delete",
      "heap_arena_destroy",
      "heap_arena_delete",
    ],
  },
  {
    upstream: "test-api.c",
    file: "upstream/aligned_test.ts",
    tests: [
      "malloc-aligned1",
      "malloc-aligned2",
      "malloc-aligned3",
      "malloc-aligned4",
      "malloc-aligned5",
      "malloc-aligned7",
      "malloc-aligned8",
      "malloc-aligned9",
      "malloc-aligned9a",
      "malloc-aligned10",
      "malloc_aligned11",
      "malloc-aligned12",
      "malloc-aligned13",
      "malloc-aligned-at1",
      "malloc-aligned-at2",
      "memalign1",
      "zalloc-aligned-small1",
      "rezalloc_aligned-small1",
    ],
  },
  {
    upstream: "test-api-fill.c",
    file: "upstream/fill_test.ts",
    tests: [
      "zalloc",
      "zeroinit-zalloc_small",
      "calloc",
      "rezalloc",
      "recalloc",
      "zalloc_aligned",
      "zalloc_aligned_at",
      "calloc_aligned",
      "calloc_aligned_at",
      "rezalloc_aligned",
      "rezalloc_aligned_at",
      "recalloc_aligned",
      "recalloc_aligned_at",
    ],
  },
  {
    upstream: "test-stress.c, -heaps.c, -subprocs.c, -pprof.c",
    file: "upstream/stress_test.ts",
    tests: ["stress", "stress-leak", "stress-heaps", "stress-subprocs", "stress-pprof"],
  },
  {
    upstream: "main-override-static.c",
    file: "upstream/override_test.ts",
    tests: [
      "double_free1",
      "double_free2",
      "corrupt_free",
      "block_overflow1",
      "block_overflow2",
      "invalid_free",
      "aslr",
      "process_info",
      "reserved",
      "negative_stat",
      "alloc_huge",
      "canary_leak",
      "manage_os_memory",
    ],
  },
  { upstream: "main-override-static.c", file: "upstream/api_test.ts", tests: ["heap_walk", "heap_arena"] },
  { upstream: "test-free-foreign.c", file: "upstream/foreign_test.ts", tests: ["free-foreign"] },
  {
    upstream: "test-realloc-thread.c, test-pthread-exit.c",
    file: "upstream/threads_test.ts",
    tests: ["realloc-thread", "pthread-exit"],
  },
  {
    upstream: "test-arena-large.c, test-arena.c",
    file: "upstream/arenas_test.ts",
    tests: ["arena-large", "heap-visit-stop"],
  },
  {
    upstream: "test-profile.c, test-pprof.c",
    file: "upstream/profile_test.ts",
    tests: ["profile", "pprof-snapshot", "pprof-text", "pprof-protobuf", "pprof-interval", "pprof-in-use"],
  },
  {
    upstream: "beyond: arenas and errors",
    file: "upstream/arenas_test.ts",
    tests: ["arena-full", "arena-cycles", "arena-realloc"],
  },
  { upstream: "beyond: error numbers", file: "upstream/api_test.ts", tests: ["error-codes"] },
  {
    upstream: "beyond: exclusive arenas, and all of them in use",
    file: "heaps/arena/arena_test.ts",
    tests: [
      "Arena that is exclusive holds no block of the default heap",
      "Arena.reserve() without a free slot throws AllocationError, and other arenas go on",
    ],
  },
  {
    upstream: "beyond: counts of visits",
    file: "heaps/heap/heap_blocks_test.ts",
    tests: ["Heap.blocks() lists the address of every live block and of no other"],
  },
  {
    upstream: "beyond: statistics after a collection",
    file: "heaps/stats/stats_test.ts",
    tests: ["stats() counts the blocks of every heap once they are collected"],
  },
  {
    upstream: "beyond: numbers of options by version",
    file: "ffi/symbols/options_table_test.ts",
    tests: ["optionsTable has the defaults that mimalloc gives when nothing sets an option"],
  },
  {
    upstream: "beyond: exit with registered callbacks",
    file: "heaps/hooks/exit_test.ts",
    tests: ["listeners change nothing in: ${end}"],
  },
  {
    upstream: "beyond: errors of a worker thread",
    file: "heaps/hooks/hooks_test.ts",
    tests: ["onError() delivers every error of another Worker"],
  },
  {
    upstream: "beyond: a sub-process gives its address space back",
    file: "heaps/subprocess/memory_test.ts",
    tests: ["Subprocess.destroy() gives the memory of heaps, arenas and scopes back at once"],
  },
];

/** What one file of mimalloc asserts, as far as one file of tests here asserts it. */
export interface Assertions {
  /** The files of mimalloc, or what was added to them. */
  readonly upstream: string;
  /** The file of tests, below `tests/`. */
  readonly file: string;
  /** The names of the tests, or what they have before the colon. */
  readonly tests: readonly string[];
}
