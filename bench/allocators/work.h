/* What the workloads of this folder share: arguments, random numbers, blocks, threads and the line at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void fail(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(1);
}

/* The argument at `index`, a positive number. */
static inline size_t argument(int count, char **values, int index) {
  char *end = NULL;
  unsigned long long value = index < count ? strtoull(values[index], &end, 10) : 0;
  if (value == 0 || *end != '\0') fail("Cannot work: an argument is missing or no positive number");
  return (size_t)value;
}

/* Starts a sequence that depends on `seed` alone, so that every allocator is asked for the same blocks. */
static inline uint64_t random_seed(uint64_t seed) {
  return seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
}

/* The next number of a sequence (xorshift64*). */
static inline uint64_t random_next(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * 0x2545f4914f6cdd1du;
}

/* A number of the sequence below `limit`, which is small. */
static inline size_t random_below(uint64_t *state, size_t limit) {
  return (size_t)(((random_next(state) >> 32) * limit) >> 32);
}

static inline int random_percent(uint64_t *state, size_t percent) {
  return random_below(state, 100) < percent;
}

/* A block, never NULL: less work would look like faster work. */
static inline void *take(size_t bytes) {
  void *block = malloc(bytes);
  if (block == NULL) fail("Cannot work: no memory");
  return block;
}

/* Runs `work` in `count` threads, each with its element of `arguments`, and waits for all of them. */
static inline void run_threads(size_t count, void *(*work)(void *), void *arguments, size_t element_bytes) {
  pthread_t *threads = take(count * sizeof(pthread_t));
  for (size_t i = 0; i < count; i++) {
    if (pthread_create(&threads[i], NULL, work, (char *)arguments + i * element_bytes) != 0) fail("Cannot start a thread");
  }
  for (size_t i = 0; i < count; i++) pthread_join(threads[i], NULL);
  free(threads);
}

/* Prints the checksum of the work, and which file the allocator is in that did it. */
static inline int finish(uint64_t checksum) {
  Dl_info from = {0};
  if (dladdr(dlsym(RTLD_DEFAULT, "malloc"), &from) == 0) fail("Cannot tell which allocator this is");
  printf("{\"checksum\":\"%llu\",\"allocator\":\"%s\"}\n", (unsigned long long)checksum, from.dli_fname);
  return 0;
}
