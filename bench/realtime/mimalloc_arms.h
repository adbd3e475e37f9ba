/* A heap of the mimalloc that MIMALLOC_PATH names: as it is, and made ready by two variants of pre-initialisation. */
#ifndef MIMALLOC_ARMS_H
#define MIMALLOC_ARMS_H
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include "arm.h"
#include "workload.h"

#define MIB ((size_t)1 << 20)
#define POPULATE_WRITE 23 /* MADV_POPULATE_WRITE, which older headers lack. */

/* What all versions agree on of mi_heap_area_t. */
typedef struct {
  char *blocks;
  size_t reserved, committed, used, block_size, full_block_size;
  void *later[8];
} Area;

typedef bool Visitor(const void *heap, const Area *area, void *block, size_t block_size, void *argument);

static struct {
  int (*version)(void);
  void *(*heap_new)(void);
  void *(*heap_new_ex)(int tag, bool allow_destroy, uintptr_t arena);
  void *(*heap_new_in_arena)(uintptr_t arena);
  void *(*heap_malloc)(void *heap, size_t bytes);
  void (*free)(void *block);
  size_t (*good_size)(size_t bytes);
  int (*reserve)(size_t bytes, bool commit, bool large, bool exclusive, uintptr_t *arena);
  void *(*arena_area)(uintptr_t arena, size_t *bytes);
  bool (*visit)(const void *heap, bool blocks, Visitor *visitor, void *argument);
  void (*register_deferred_free)(void (*heard)(bool force, unsigned long long beat, void *argument), void *argument);
  void (*info)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *commit, size_t *, size_t *);
} mi;

static void *library;

static void *symbol(const char *name, bool required) {
  void *found = dlsym(library, name);
  if (found == NULL && required) die(name);
  return found;
}

/* Options are set by name, whose numbers move from version to version; `realtime` as presets.latency has them. */
static void set_options(const char *path, bool realtime) {
  setenv("MIMALLOC_ALLOW_THP", "0", 1);
  if (!realtime) return;
  /* -1 means "at once" up to 2.1.1, which has the decommit delays instead. */
  if (strstr(path, "2.0.") == NULL) setenv("MIMALLOC_PURGE_DELAY", "-1", 1);
  setenv("MIMALLOC_DECOMMIT_DELAY", "3600000", 1);
  setenv("MIMALLOC_SEGMENT_DECOMMIT_DELAY", "3600000", 1);
  setenv("MIMALLOC_GENERIC_COLLECT", "1000000", 1);
  setenv("MIMALLOC_STATS_MERGE_THRESHOLD", "0", 1);
  /* Else one allocation moves all pages out of the way that became full before it: 426 instructions on 3.0.1, not 310. */
  setenv("MIMALLOC_PAGE_FULL_RETAIN", "0", 1);
}

static void open_mimalloc(bool realtime) {
  const char *path = getenv("MIMALLOC_PATH");
  if (path == NULL) die("MIMALLOC_PATH is not set");
  set_options(path, realtime);
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) die(dlerror());
  mi.version = (int (*)(void))symbol("mi_version", true);
  mi.heap_new = (void *(*)(void))symbol("mi_heap_new", true);
  mi.heap_new_ex = (void *(*)(int, bool, uintptr_t))symbol("mi_heap_new_ex", false);
  mi.heap_new_in_arena = (void *(*)(uintptr_t))symbol("mi_heap_new_in_arena", true);
  mi.heap_malloc = (void *(*)(void *, size_t))symbol("mi_heap_malloc", true);
  mi.free = (void (*)(void *))symbol("mi_free", true);
  mi.good_size = (size_t(*)(size_t))symbol("mi_good_size", true);
  mi.reserve = (int (*)(size_t, bool, bool, bool, uintptr_t *))symbol("mi_reserve_os_memory_ex", true);
  mi.arena_area = (void *(*)(uintptr_t, size_t *))symbol("mi_arena_area", true);
  mi.visit = (bool (*)(const void *, bool, Visitor *, void *))symbol("mi_heap_visit_blocks", true);
  mi.register_deferred_free = (void (*)(void (*)(bool, unsigned long long, void *), void *))symbol(
      "mi_register_deferred_free", true);
  mi.info = (void (*)(size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *, size_t *))symbol(
      "mi_process_info", true);
}

/* How often mimalloc has looked after its deferred work, where it does so in one of many allocations. */
static uint32_t upkeeps;

static void count_upkeep(bool force, unsigned long long beat, void *argument) {
  (void)force;
  (void)beat;
  (void)argument;
  upkeeps++;
}

/* Older ones do so in every allocation that leaves the fast path, where there is nothing to tell apart. */
static void watch_upkeep(void) {
  if (library != NULL && mi.version() >= 30600) mi.register_deferred_free(count_upkeep, NULL);
}

static size_t committed_bytes(void) {
  size_t ignored[7], commit;
  if (library == NULL) return 0;
  mi.info(ignored, ignored + 1, ignored + 2, ignored + 3, ignored + 4, &commit, ignored + 5, ignored + 6);
  return commit;
}

static Arm open_plain(void) {
  open_mimalloc(false);
  return (Arm){mi.heap_malloc, mi.free, mi.heap_new(), NULL, 0};
}

static Arm open_in_arena(size_t bytes) {
  open_mimalloc(true);
  uintptr_t arena = 0;
  if (mi.reserve(bytes, true, false, true, &arena) != 0) die("the arena was refused");
  size_t size = 0;
  char *start = mi.arena_area(arena, &size);
  /* mi_heap_new_in_arena leaks on 3.0.1. */
  bool leaks = mi.heap_new_ex != NULL && strstr(getenv("MIMALLOC_PATH"), "3.0.") != NULL;
  void *heap = leaks ? mi.heap_new_ex(0, true, arena) : mi.heap_new_in_arena(arena);
  if (heap == NULL) die("no heap in the arena");
  return (Arm){mi.heap_malloc, mi.free, heap, start, size};
}

/* The segment variant: memory that is there, pages made on demand. */
static Arm open_segment(size_t bytes) {
  Arm arm = open_in_arena(bytes);
  if (madvise(arm.memory, arm.memory_bytes, POPULATE_WRITE) != 0) {
    for (size_t at = 0; at < arm.memory_bytes; at += 4096) ((volatile char *)arm.memory)[at] += 0;
  }
  return arm;
}

/* The areas of a heap that hold blocks of one size. */
typedef struct {
  size_t block_size, count, capacity;
  Area *areas;
} Areas;

static bool collect_area(const void *heap, const Area *area, void *block, size_t block_size, void *argument) {
  Areas *areas = argument;
  (void)heap;
  (void)block_size;
  if (block != NULL || area->block_size != areas->block_size) return true;
  if (areas->count == areas->capacity) {
    areas->capacity = areas->capacity == 0 ? 64 : 2 * areas->capacity;
    areas->areas = realloc(areas->areas, areas->capacity * sizeof(Area));
  }
  memset(&areas->areas[areas->count], 0, sizeof(Area));
  memcpy(&areas->areas[areas->count++], area, offsetof(Area, later));
  return true;
}

static Area *area_of(Areas *areas, const char *block) {
  for (size_t i = 0; i < areas->count; i++) {
    if (block >= areas->areas[i].blocks && block < areas->areas[i].blocks + areas->areas[i].reserved) {
      return &areas->areas[i];
    }
  }
  return NULL;
}

static void find_areas(void *heap, Areas *areas) {
  areas->count = 0;
  mi.visit(heap, false, collect_area, areas);
}

static bool all_carved(const Areas *areas) {
  for (size_t i = 0; i < areas->count; i++) {
    if (areas->areas[i].committed + areas->areas[i].full_block_size <= areas->areas[i].reserved) return false;
  }
  return true;
}

/*
 * Makes the pages for `peak` blocks of one size, carves and touches them completely, and keeps one block in each, so that
 * none is ever given back.
 */
static void make_pages(void *heap, size_t bytes, size_t peak) {
  size_t capacity = 0, count = 0;
  char **blocks = NULL;
  Areas areas = {0, 0, 0, NULL};
  size_t wanted = 1;
  bool sized = false;
  for (;;) {
    if (count == capacity) {
      capacity = capacity == 0 ? 1024 : 2 * capacity;
      blocks = realloc(blocks, capacity * sizeof(char *));
    }
    blocks[count] = mi.heap_malloc(heap, bytes);
    if (blocks[count] == NULL) die("the arena is too small for the profile");
    memset(blocks[count++], 1, bytes);
    if (count < wanted) continue;
    areas.block_size = mi.good_size(bytes);
    find_areas(heap, &areas);
    if (areas.count == 0) die("a page was not found by its block size");
    if (!sized) {
      size_t per_page = areas.areas[0].reserved / areas.areas[0].full_block_size;
      if (per_page < 2) die("a page holds no two blocks of a size, so none can be kept");
      wanted = ((peak + 8 + per_page - 2) / (per_page - 1) + 2) * per_page;
      sized = true;
    } else if (all_carved(&areas)) {
      break;
    }
  }
  for (size_t i = 0; i < count; i++) {
    Area *area = area_of(&areas, blocks[i]);
    if (area != NULL && area->later[0] == NULL) area->later[0] = blocks[i];
    else mi.free(blocks[i]);
  }
  free(blocks);
  free(areas.areas);
}

/* The page variant: every page of every block size that the workload reaches. */
static Arm open_page(size_t bytes, const Workload *workload) {
  Arm arm = open_in_arena(bytes);
  enum { MOST = 1 << 16 };
  uint32_t *live = calloc(MOST, sizeof(uint32_t)), *peak = calloc(MOST, sizeof(uint32_t));
  uint32_t *held = calloc(workload->slot_count, sizeof(uint32_t));
  for (size_t step = 0; step < workload->step_count; step++) {
    uint32_t slot = workload->slots[step];
    if (workload->byte_lengths[step] == 0) {
      live[held[slot]]--;
      continue;
    }
    size_t size = mi.good_size(workload->byte_lengths[step]);
    if (size / 8 >= MOST) die("a block is too large for a profile");
    held[slot] = (uint32_t)(size / 8);
    if (++live[held[slot]] > peak[held[slot]]) peak[held[slot]] = live[held[slot]];
  }
  for (size_t class = MOST; class-- > 0;) {
    if (peak[class] > 0) make_pages(arm.heap, 8 * class, peak[class]);
  }
  free(live);
  free(peak);
  free(held);
  return arm;
}
#endif
