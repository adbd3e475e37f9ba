/*
 * sh8bench THREADS MOST ROUNDS: blocks of sizes that halve from a base down to 1 byte, the base growing by half up to
 * MOST. Of each filling of a table a third is freed in the order of allocation, a third in the opposite order, and a
 * third goes to the next thread, which frees it.
 */
#include "work.h"

#define BLOCKS 3000
#define PART (BLOCKS / 3)

typedef struct Worker {
  size_t most, rounds;
  uint64_t checksum;
  struct Worker *neighbour;
  _Atomic(unsigned char **) inbox;
} Worker;

static void free_block(Worker *worker, unsigned char *block) {
  worker->checksum += block[0];
  free(block);
}

static void free_part(Worker *worker, unsigned char **part) {
  if (part == NULL) return;
  for (size_t i = 0; i < PART; i++) free_block(worker, part[i]);
  free(part);
}

static void fill(Worker *worker, unsigned char **table, size_t *base, size_t *size) {
  for (size_t i = 0; i < BLOCKS; i++) {
    if (*size == 0) {
      *base = *base + *base / 2 + 1;
      if (*base > worker->most) *base = 1;
      *size = *base;
    }
    table[i] = take(*size);
    table[i][0] = (unsigned char)(*size * 3);
    table[i][*size - 1] = table[i][0];
    *size /= 2;
  }
}

static void *work(void *argument) {
  Worker *worker = argument;
  unsigned char **table = take(BLOCKS * sizeof(unsigned char *));
  size_t base = 1, size = 1;
  for (size_t round = 0; round < worker->rounds; round++) {
    fill(worker, table, &base, &size);
    for (size_t i = 0; i < PART; i++) free_block(worker, table[i]);
    for (size_t i = 2 * PART; i-- > PART;) free_block(worker, table[i]);
    unsigned char **part = take(PART * sizeof(unsigned char *));
    memcpy(part, table + 2 * PART, PART * sizeof(unsigned char *));
    // One part waits at a time: what was not fetched yet comes back.
    free_part(worker, atomic_exchange(&worker->neighbour->inbox, part));
    free_part(worker, atomic_exchange(&worker->inbox, NULL));
  }
  free(table);
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Worker *workers = calloc(threads, sizeof(Worker));
  for (size_t i = 0; i < threads; i++) {
    workers[i].most = argument(count, values, 2);
    workers[i].rounds = argument(count, values, 3);
    workers[i].neighbour = &workers[(i + 1) % threads];
  }
  run_threads(threads, work, workers, sizeof(Worker));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads; i++) {
    free_part(&workers[i], atomic_exchange(&workers[i].inbox, NULL));
    checksum += workers[i].checksum;
  }
  free(workers);
  return finish(checksum);
}
