/*
 * cache-scratch THREADS ITERATIONS BYTES REPETITIONS: each thread first frees a small block that the main thread
 * made beside those of the others, then allocates, writes REPETITIONS / THREADS times and frees blocks of its own.
 * An allocator that gives threads blocks of one cache line makes them wait for each other.
 */
#include "work.h"

typedef struct {
  unsigned char *block;
  size_t iterations, bytes, repetitions;
  uint64_t checksum;
} Worker;

static void *work(void *argument) {
  Worker *worker = argument;
  free(worker->block);
  for (size_t i = 0; i < worker->iterations; i++) {
    volatile unsigned char *block = take(worker->bytes);
    for (size_t k = 0; k < worker->bytes; k++) block[k] = 0;
    for (size_t repetition = 0; repetition < worker->repetitions; repetition++) {
      for (size_t k = 0; k < worker->bytes; k++) block[k] = (unsigned char)(block[k] + 1);
    }
    worker->checksum += block[0];
    free((void *)block);
  }
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Worker *workers = calloc(threads, sizeof(Worker));
  for (size_t i = 0; i < threads; i++) {
    workers[i].iterations = argument(count, values, 2);
    workers[i].bytes = argument(count, values, 3);
    workers[i].repetitions = argument(count, values, 4) / threads;
    workers[i].block = take(workers[i].bytes);
  }
  run_threads(threads, work, workers, sizeof(Worker));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads; i++) checksum += workers[i].checksum;
  free(workers);
  return finish(checksum);
}
