/*
 * mstress THREADS SCALE ROUNDS: threads that live for one round each, allocate words by the power of two, seldom a
 * hundred to ten thousand times as many, keep a third until their end, free most of the others soon and swap some
 * with a table from which other threads take them; half of that table outlives the round.
 */
#include "work.h"

#define SHARED 1000

typedef struct {
  size_t number, scale;
  uint64_t checksum;
} Worker;

static _Atomic(uint64_t *) shared[SHARED];

static uint64_t *take_words(uint64_t *random, size_t shifts) {
  size_t words = (size_t)1 << random_below(random, shifts);
  if (random_percent(random, 1)) words *= random_percent(random, 1) ? 10000 : random_percent(random, 10) ? 1000 : 100;
  uint64_t *block = take(words * sizeof(uint64_t));
  for (size_t i = 0; i < words; i++) block[i] = words - i;
  return block;
}

/* Checks every word of a block, frees it and returns how many there were. */
static uint64_t free_words(uint64_t *block) {
  if (block == NULL) return 0;
  uint64_t words = block[0];
  for (uint64_t i = 0; i < words; i++) {
    if (block[i] != words - i) fail("Cannot accept the work: a block was overwritten");
  }
  free(block);
  return words;
}

static void *work(void *argument) {
  Worker *worker = argument;
  uint64_t random = random_seed(43 + worker->number);
  size_t soon = 100 * worker->scale * (worker->number % 8 + 1), late = soon / 2;
  uint64_t **held = take(soon * sizeof(uint64_t *)), **kept = take(late * sizeof(uint64_t *));
  size_t held_count = 0, kept_count = 0;
  while (soon > 0 || late > 0) {
    if (late == 0 || (soon > 0 && random_percent(&random, 50))) {
      held[held_count++] = take_words(&random, 5);
      soon--;
    } else {
      kept[kept_count++] = take_words(&random, 7);
      late--;
    }
    if (held_count == 0) continue;
    if (random_percent(&random, 66)) {
      size_t index = random_below(&random, held_count);
      worker->checksum += free_words(held[index]);
      held[index] = NULL;
    }
    if (random_percent(&random, 25)) {
      size_t index = random_below(&random, held_count);
      held[index] = atomic_exchange(&shared[random_below(&random, SHARED)], held[index]);
    }
  }
  for (size_t i = 0; i < held_count; i++) worker->checksum += free_words(held[i]);
  for (size_t i = 0; i < kept_count; i++) worker->checksum += free_words(kept[i]);
  free(held);
  free(kept);
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1), scale = argument(count, values, 2), rounds = argument(count, values, 3);
  uint64_t random = random_seed(43 * 43), checksum = 0;
  Worker *workers = calloc(threads, sizeof(Worker));
  for (size_t round = 1; round <= rounds; round++) {
    for (size_t i = 0; i < threads; i++) workers[i] = (Worker){i, scale, 0};
    run_threads(threads, work, workers, sizeof(Worker));
    for (size_t i = 0; i < threads; i++) checksum += workers[i].checksum;
    for (size_t i = 0; i < SHARED; i++) {
      if (random_percent(&random, 50) || round == rounds) checksum += free_words(atomic_exchange(&shared[i], NULL));
    }
  }
  free(workers);
  return finish(checksum);
}
