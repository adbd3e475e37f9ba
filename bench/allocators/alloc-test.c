/*
 * alloc-test THREADS SLOTS EXPONENT OPERATIONS: a table of SLOTS slots for all threads together, half of them full.
 * An operation frees what is in a slot or fills it; 80 % of them hit 20 % of the slots, six times over. Half of the
 * blocks are of the smallest size class, a quarter of the next … up to 2^EXPONENT bytes. Every block is written when
 * it is made and read when it is freed.
 */
#include "work.h"

#define DEPTH 6

typedef struct {
  uint32_t bytes;
  uint32_t seed;
  unsigned char *block;
} Slot;

typedef struct {
  size_t number, slots, exponent, operations;
  uint64_t random, checksum;
} Worker;

static size_t random_bytes(Worker *worker) {
  unsigned most = (unsigned)worker->exponent - 3;
  unsigned class = (unsigned)__builtin_ctzll(random_next(&worker->random) | (uint64_t)1 << most);
  return ((size_t)4 << class) + random_below(&worker->random, (size_t)4 << class) + 1;
}

/* The first 20 % with a probability of 80 %, of these again, and so on. */
static size_t random_slot(Worker *worker) {
  size_t range = worker->slots;
  for (int i = 0; i < DEPTH && range >= 10 && random_percent(&worker->random, 80); i++) range /= 5;
  return random_below(&worker->random, range);
}

static void fill_slot(Worker *worker, Slot *slot) {
  slot->bytes = (uint32_t)random_bytes(worker);
  slot->seed = (uint32_t)random_next(&worker->random) | 1;
  slot->block = take(slot->bytes);
  uint32_t value = slot->seed;
  for (size_t i = 0; i < slot->bytes; i++, value += slot->seed) slot->block[i] = (unsigned char)(value >> 24);
}

static void empty_slot(Worker *worker, Slot *slot) {
  uint32_t value = slot->seed;
  for (size_t i = 0; i < slot->bytes; i++, value += slot->seed) {
    if (slot->block[i] != (unsigned char)(value >> 24)) fail("Cannot accept the work: a block was overwritten");
  }
  worker->checksum += slot->bytes;
  free(slot->block);
  slot->block = NULL;
}

static void *work(void *argument) {
  Worker *worker = argument;
  Slot *table = calloc(worker->slots, sizeof(Slot));
  worker->random = random_seed(41 + worker->number);
  for (size_t i = 0; i < worker->slots; i++) {
    if (random_percent(&worker->random, 50)) fill_slot(worker, &table[i]);
  }
  for (size_t i = 0; i < worker->operations; i++) {
    Slot *slot = &table[random_slot(worker)];
    if (slot->block == NULL) {
      fill_slot(worker, slot);
    } else {
      empty_slot(worker, slot);
    }
  }
  for (size_t i = 0; i < worker->slots; i++) {
    if (table[i].block != NULL) empty_slot(worker, &table[i]);
  }
  free(table);
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Worker *workers = calloc(threads, sizeof(Worker));
  for (size_t i = 0; i < threads; i++) {
    workers[i].number = i;
    workers[i].slots = argument(count, values, 2) / threads;
    workers[i].exponent = argument(count, values, 3);
    workers[i].operations = argument(count, values, 4) / threads;
    if (workers[i].exponent < 4) fail("Cannot work: the exponent is 4 or more");
  }
  run_threads(threads, work, workers, sizeof(Worker));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads; i++) checksum += workers[i].checksum;
  free(workers);
  return finish(checksum);
}
