/*
 * rptest THREADS CROSS LOOPS BLOCKS OPERATIONS LEAST MOST ROUNDS: each thread keeps a table of BLOCKS blocks of LEAST
 * to MOST bytes, small ones more often in a straight line. In a loop it frees 30 to OPERATIONS of them and allocates
 * as many; in each CROSS-th loop it hands new blocks to the next thread, which frees them.
 */
#include "work.h"

typedef struct Parcel {
  struct Parcel *next;
  size_t count;
  unsigned char *block[];
} Parcel;

typedef struct Worker {
  size_t cross, loops, blocks, operations, least, most, rounds;
  uint64_t random, checksum;
  struct Worker *neighbour;
  _Atomic(Parcel *) inbox;
} Worker;

/* Least operations of a kind in one loop. */
#define LEAST_OPERATIONS 30

static unsigned char *take_block(Worker *worker) {
  size_t range = worker->most - worker->least;
  size_t one = random_below(&worker->random, range), other = random_below(&worker->random, range);
  size_t bytes = worker->least + (one < other ? one : other);
  unsigned char *block = take(bytes);
  block[0] = (unsigned char)(bytes * 7);
  block[bytes - 1] = block[0];
  return block;
}

static void free_block(Worker *worker, unsigned char *block) {
  worker->checksum += block[0];
  free(block);
}

static void empty_inbox(Worker *worker) {
  Parcel *parcel = atomic_exchange(&worker->inbox, NULL);
  while (parcel != NULL) {
    Parcel *next = parcel->next;
    for (size_t i = 0; i < parcel->count; i++) free_block(worker, parcel->block[i]);
    free(parcel);
    parcel = next;
  }
}

static void send(Worker *worker, size_t count) {
  Parcel *parcel = take(sizeof(Parcel) + count * sizeof(unsigned char *));
  parcel->count = count;
  for (size_t i = 0; i < count; i++) parcel->block[i] = take_block(worker);
  parcel->next = atomic_load(&worker->neighbour->inbox);
  while (!atomic_compare_exchange_weak(&worker->neighbour->inbox, &parcel->next, parcel)) {
  }
}

static void run_loop(Worker *worker, unsigned char **table, size_t loop) {
  size_t range = worker->operations - LEAST_OPERATIONS;
  size_t frees = LEAST_OPERATIONS + random_below(&worker->random, range);
  size_t takes = LEAST_OPERATIONS + random_below(&worker->random, range);
  for (size_t i = 0; i < frees; i++) {
    size_t index = random_below(&worker->random, worker->blocks);
    if (table[index] != NULL) free_block(worker, table[index]);
    table[index] = NULL;
  }
  empty_inbox(worker);
  for (size_t i = 0; i < takes; i++) {
    size_t index = random_below(&worker->random, worker->blocks);
    if (table[index] != NULL) free_block(worker, table[index]);
    table[index] = take_block(worker);
  }
  if (loop % worker->cross == 0) send(worker, takes);
}

static void *work(void *argument) {
  Worker *worker = argument;
  unsigned char **table = calloc(worker->blocks, sizeof(unsigned char *));
  for (size_t round = 0; round < worker->rounds; round++) {
    for (size_t loop = 0; loop < worker->loops; loop++) run_loop(worker, table, loop);
    for (size_t i = 0; i < worker->blocks; i++) {
      if (table[i] != NULL) free_block(worker, table[i]);
      table[i] = NULL;
    }
  }
  free(table);
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Worker *workers = calloc(threads, sizeof(Worker));
  for (size_t i = 0; i < threads; i++) {
    Worker *worker = &workers[i];
    worker->cross = argument(count, values, 2);
    worker->loops = argument(count, values, 3);
    worker->blocks = argument(count, values, 4);
    worker->operations = argument(count, values, 5);
    worker->least = argument(count, values, 6);
    worker->most = argument(count, values, 7);
    worker->rounds = argument(count, values, 8);
    worker->random = random_seed(i + 1);
    worker->neighbour = &workers[(i + 1) % threads];
    if (worker->operations <= LEAST_OPERATIONS) fail("Cannot work: a loop has more than 30 operations");
  }
  run_threads(threads, work, workers, sizeof(Worker));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads; i++) {
    empty_inbox(&workers[i]);
    checksum += workers[i].checksum;
  }
  free(workers);
  return finish(checksum);
}
