/*
 * twin MODE ARM SEED [REQUESTS [SLOTS [FILE]]]: plays the workload of realtime/latency/workload.ts on one allocator and prints a
 * line of JSON.
 *
 * MODE  time: nanoseconds of each allocation and free; faults, context switches, new pages and memory of the section;
 *       with FILE also writes the nanoseconds of each allocation as 32-bit numbers
 *       instructions: user instructions of each, by stepping through them; those of a call that does nothing taken off
 *       calls: system calls of the section
 * ARM   plain, page, segment: a heap of the mimalloc that MIMALLOC_PATH names
 *       talloc: of the library that TALLOC_PATH names; tlsf: bench/realtime/tlsf.h
 *       system: malloc and free of whatever library is loaded first
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include "arm.h"
#include "mimalloc_arms.h"
#include "stepper.h"
#include "tlsf.h"
#include "tracer.h"
#include "workload.h"

enum { ALLOCATE, RELEASE, KINDS };

static size_t page_bytes;

static void *(*talloc_named)(const void *context, size_t bytes, const char *name);
static int (*talloc_release)(void *block, const char *location);

static void *allocate_talloc(void *heap, size_t bytes) { return talloc_named(heap, bytes, "block"); }

static void release_talloc(void *block) { talloc_release(block, "twin.c"); }

static Arm open_talloc(void) {
  const char *path = getenv("TALLOC_PATH");
  void *talloc = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (talloc == NULL) die(path == NULL ? "TALLOC_PATH is not set" : dlerror());
  talloc_named = (void *(*)(const void *, size_t, const char *))dlsym(talloc, "talloc_named_const");
  talloc_release = (int (*)(void *, const char *))dlsym(talloc, "_talloc_free");
  if (talloc_named == NULL || talloc_release == NULL) die("the library that TALLOC_PATH names is not talloc");
  return (Arm){allocate_talloc, release_talloc, NULL, NULL, 0};
}

static void *allocate_system(void *heap, size_t bytes) {
  (void)heap;
  return malloc(bytes);
}

static Arm open_arm(const char *name, const Workload *workload) {
  size_t arena = 8 * workload->peak_bytes + 64 * MIB;
  arena = (arena + 32 * MIB - 1) / (32 * MIB) * (32 * MIB);
  if (strcmp(name, "plain") == 0) return open_plain();
  if (strcmp(name, "page") == 0) return open_page(arena, workload);
  if (strcmp(name, "segment") == 0) return open_segment(arena);
  if (strcmp(name, "talloc") == 0) return open_talloc();
  if (strcmp(name, "tlsf") == 0) return open_tlsf(arena);
  if (strcmp(name, "system") == 0) return (Arm){allocate_system, free, NULL, NULL, 0};
  die("the arms are plain, page, segment, talloc, tlsf and system");
  return (Arm){0};
}

static void *allocate_nothing(void *heap, size_t bytes) {
  (void)bytes;
  return heap;
}

static void release_nothing(void *block) { (void)block; }

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* The bytes at both ends of a block, as a program would write it all. */
static void use(char *block, size_t bytes) {
  if (block == NULL) die("an allocation failed");
  block[0] = 1;
  block[bytes - 1] = 1;
}

/* The section whose system calls are traced: nothing in it but the two functions is counted. */
static void play_traced(const Arm *arm, const Workload *workload, void **blocks) {
  for (size_t step = 0; step < workload->step_count; step++) {
    void **slot = &blocks[workload->slots[step]];
    size_t bytes = workload->byte_lengths[step];
    shared->inside = 1;
    if (bytes > 0) *slot = arm->allocate(arm->heap, bytes);
    else arm->release(*slot);
    shared->inside = 0;
    if (bytes > 0) use(*slot, bytes);
  }
}

/* Notes in `upkeep` in which steps mimalloc looked after its deferred work, of which it tells with some ten instructions. */
static void play_stepped(const Arm *arm, const Workload *workload, void **blocks, uint32_t *counts, bool *upkeep) {
  prepare_steps();
  for (size_t step = 0; step < workload->step_count; step++) {
    void **slot = &blocks[workload->slots[step]];
    size_t bytes = workload->byte_lengths[step];
    uint32_t before = upkeeps;
    counts[step] = bytes > 0 ? steps_of_allocate(arm, bytes, slot) : steps_of_release(arm, *slot);
    upkeep[step] = upkeeps != before;
    if (bytes > 0) use(*slot, bytes);
  }
}

typedef struct {
  double least, most, mean, variance;
  double high[3]; /* 99 %, 99.9 %, 99.99 % */
} Summary;

static int compare(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static Summary summarise(const uint32_t *values, size_t count) {
  static const double shares[] = {0.99, 0.999, 0.9999};
  uint32_t *sorted = malloc(count * sizeof(uint32_t));
  memcpy(sorted, values, count * sizeof(uint32_t));
  qsort(sorted, count, sizeof(uint32_t), compare);
  Summary made = {sorted[0], sorted[count - 1], 0, 0, {0, 0, 0}};
  for (size_t i = 0; i < count; i++) made.mean += (double)values[i] / (double)count;
  for (size_t i = 0; i < count; i++) {
    double distance = (double)values[i] - made.mean;
    made.variance += distance * distance / (double)count;
  }
  for (int i = 0; i < 3; i++) made.high[i] = sorted[(size_t)ceil(shares[i] * (double)count) - 1];
  free(sorted);
  return made;
}

static void print_summary(const char *name, const uint32_t *values, size_t count) {
  Summary all = summarise(values, count);
  printf("\"%s\":{\"count\":%zu,\"min\":%.0f,\"mean\":%.2f,\"max\":%.0f,\"variance\":%.1f,\"deviation\":%.2f,", name, count,
         all.least, all.mean, all.most, all.variance, sqrt(all.variance));
  printf("\"p99\":%.0f,\"p999\":%.0f,\"p9999\":%.0f}", all.high[0], all.high[1], all.high[2]);
}

/* Splits what was counted step by step into allocations and frees, less `floor`. */
static void print_steps(const Workload *workload, const uint32_t *counts, const uint32_t floor[KINDS]) {
  uint32_t *kinds[KINDS];
  size_t sizes[KINDS] = {0, 0};
  for (int kind = 0; kind < KINDS; kind++) kinds[kind] = malloc(workload->step_count * sizeof(uint32_t));
  for (size_t step = 0; step < workload->step_count; step++) {
    int kind = workload->byte_lengths[step] > 0 ? ALLOCATE : RELEASE;
    uint32_t count = counts[step];
    kinds[kind][sizes[kind]++] = count > floor[kind] ? count - floor[kind] : 0;
  }
  print_summary("allocate", kinds[ALLOCATE], sizes[ALLOCATE]);
  printf(",");
  print_summary("free", kinds[RELEASE], sizes[RELEASE]);
}

/* The longest of the allocations in which mimalloc did nothing but allocate, and of those in which it did more. */
static void print_upkeep(const Workload *workload, const uint32_t *counts, const bool *upkeep, uint32_t floor) {
  uint32_t longest[2] = {0, 0}, times = 0;
  for (size_t step = 0; step < workload->step_count; step++) {
    if (workload->byte_lengths[step] == 0) continue;
    times += upkeep[step];
    if (counts[step] > longest[upkeep[step]]) longest[upkeep[step]] = counts[step];
  }
  if (times == 0) return;
  printf(",\"upkeep\":{\"count\":%u,\"max\":%u,\"maxOfOthers\":%u}", times, longest[1] - floor, longest[0] - floor);
}

static void measure_instructions(const char *name, const Workload *workload) {
  uint32_t *counts = calloc(workload->step_count, sizeof(uint32_t));
  bool *upkeep = calloc(workload->step_count + 2, sizeof(bool));
  void **blocks = calloc(workload->slot_count, sizeof(void *));
  char block[1];
  Arm nothing = {allocate_nothing, release_nothing, block, NULL, 0};
  uint32_t steps[2] = {0, 1};
  uint32_t slots[2] = {0, 0}, byte_lengths[2] = {1, 0};
  Workload one = {1, 2, 1, 1, slots, byte_lengths};
  play_stepped(&nothing, &one, blocks, steps, upkeep);
  Arm arm = open_arm(name, workload);
  watch_upkeep();
  play_stepped(&arm, workload, blocks, counts, upkeep);
  print_steps(workload, counts, steps);
  print_upkeep(workload, counts, upkeep, steps[ALLOCATE]);
}

static pid_t start_traced(const char *name, const Workload *workload) {
  pid_t child = fork();
  if (child != 0) return child;
  Arm arm = open_arm(name, workload);
  void **blocks = calloc(workload->slot_count, sizeof(void *));
  shared->memory = (uintptr_t)arm.memory;
  shared->memory_bytes = arm.memory_bytes;
  wait_for_tracer();
  play_traced(&arm, workload, blocks);
  shared->ended = 1;
  _exit(0);
}

static void measure_calls(const char *name, const Workload *workload) {
  Calls calls = {0, 0, 0, 0, 0, 0, 0};
  trace_calls(start_traced(name, workload), &calls);
  if (shared->ended == 0) die("the section did not come to its end");
  printf("\"mmap\":%zu,\"munmap\":%zu,\"madvise\":%zu,\"mprotect\":%zu,\"brk\":%zu,\"other\":%zu,\"insideMemory\":%zu",
         calls.mmap, calls.munmap, calls.madvise, calls.mprotect, calls.brk, calls.other, calls.inside_memory);
}

static size_t resident_bytes(void) {
  size_t whole = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%zu %zu", &whole, &resident) != 2) die("/proc/self/statm cannot be read");
  fclose(file);
  return resident * page_bytes;
}

/* Which pages of the arm's memory are there. */
static size_t count_pages(const Arm *arm, unsigned char *pages) {
  size_t count = arm->memory_bytes / page_bytes, there = 0;
  if (count == 0) return 0;
  if (mincore(arm->memory, arm->memory_bytes, pages) != 0) die("mincore() failed");
  for (size_t i = 0; i < count; i++) there += pages[i] & 1;
  return there;
}

static void play_timed(const Arm *arm, const Workload *workload, void **blocks, uint32_t *counts) {
  for (size_t step = 0; step < workload->step_count; step++) {
    void **slot = &blocks[workload->slots[step]];
    size_t bytes = workload->byte_lengths[step];
    uint64_t before = now();
    if (bytes > 0) {
      *slot = arm->allocate(arm->heap, bytes);
      counts[step] = (uint32_t)(now() - before);
      use(*slot, bytes);
    } else {
      arm->release(*slot);
      counts[step] = (uint32_t)(now() - before);
    }
  }
}

static void write_times(const char *path, const Workload *workload, const uint32_t *counts) {
  FILE *file = fopen(path, "wb");
  if (file == NULL) die(path);
  for (size_t step = 0; step < workload->step_count; step++) {
    if (workload->byte_lengths[step] > 0) fwrite(&counts[step], sizeof(uint32_t), 1, file);
  }
  fclose(file);
}

static void measure_time(const char *name, const Workload *workload, const char *path) {
  uint32_t *counts = malloc(workload->step_count * sizeof(uint32_t));
  void **blocks = malloc(workload->slot_count * sizeof(void *));
  memset(counts, 1, workload->step_count * sizeof(uint32_t));
  memset(blocks, 0, workload->slot_count * sizeof(void *));
  /* Code and stack of what is measured with, and of both system calls. */
  Arm nothing = {allocate_nothing, release_nothing, blocks, NULL, 0};
  Workload none = *workload;
  none.step_count = 0;
  play_timed(&nothing, &none, blocks, counts);
  size_t resident = resident_bytes();
  Arm arm = open_arm(name, workload);
  unsigned char *pages = calloc(arm.memory_bytes / page_bytes + 1, 1);
  size_t pages_before = count_pages(&arm, pages), commit = committed_bytes();
  struct rusage before, after;
  now();
  getrusage(RUSAGE_SELF, &after);
  getrusage(RUSAGE_SELF, &before);
  play_timed(&arm, workload, blocks, counts);
  getrusage(RUSAGE_SELF, &after);
  size_t commit_after = committed_bytes(), pages_after = count_pages(&arm, pages);
  print_steps(workload, counts, (uint32_t[KINDS]){0, 0});
  printf(",\"minorFaults\":%ld,\"majorFaults\":%ld,\"waits\":%ld,\"preemptions\":%ld", after.ru_minflt - before.ru_minflt,
         after.ru_majflt - before.ru_majflt, after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw);
  printf(",\"newPages\":%zd,\"committed\":%zd,\"reserved\":%zu", (ssize_t)(pages_after - pages_before),
         (ssize_t)(commit_after - commit), arm.memory_bytes);
  printf(",\"requested\":%zu,\"resident\":%zd", workload->peak_bytes, (ssize_t)(resident_bytes() - resident));
  if (path != NULL) write_times(path, workload, counts);
}

static size_t argument(int count, char **values, int index, size_t otherwise) {
  return count > index ? strtoul(values[index], NULL, 10) : otherwise;
}

int main(int count, char **values) {
  if (count < 4) die("twin MODE ARM SEED [REQUESTS [SLOTS [FILE]]]");
  page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  Workload workload = make_workload(argument(count, values, 4, 18000), 8, 20480, argument(count, values, 5, 2000),
                                    (uint32_t)argument(count, values, 3, 1));
  share();
  printf("{");
  fflush(stdout);
  if (strcmp(values[1], "time") == 0) measure_time(values[2], &workload, count > 6 ? values[6] : NULL);
  else if (strcmp(values[1], "instructions") == 0) measure_instructions(values[2], &workload);
  else if (strcmp(values[1], "calls") == 0) measure_calls(values[2], &workload);
  else die("the modes are time, instructions and calls");
  printf("}\n");
  return 0;
}
