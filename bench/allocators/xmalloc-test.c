/*
 * xmalloc-test THREADS BYTES BATCHES: as many threads that allocate as threads that free. Each of the first makes
 * BATCHES batches of 4,096 blocks of BYTES, all of which another thread frees; at most 100 batches wait.
 */
#include "work.h"

#define BLOCKS 4096
#define MOST_WAITING 100

typedef struct Batch {
  struct Batch *next;
  unsigned char *block[BLOCKS];
} Batch;

typedef struct {
  size_t bytes, batches;
  uint64_t checksum;
} Worker;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;
static Batch *waiting = NULL;
static size_t waiting_count = 0;

static void put(Batch *batch) {
  pthread_mutex_lock(&lock);
  while (waiting_count == MOST_WAITING) pthread_cond_wait(&not_full, &lock);
  batch->next = waiting;
  waiting = batch;
  waiting_count++;
  pthread_cond_signal(&not_empty);
  pthread_mutex_unlock(&lock);
}

static Batch *get(void) {
  pthread_mutex_lock(&lock);
  while (waiting_count == 0) pthread_cond_wait(&not_empty, &lock);
  Batch *batch = waiting;
  waiting = batch->next;
  waiting_count--;
  pthread_cond_signal(&not_full);
  pthread_mutex_unlock(&lock);
  return batch;
}

static void *produce(void *argument) {
  Worker *worker = argument;
  for (size_t i = 0; i < worker->batches; i++) {
    Batch *batch = take(sizeof(Batch));
    for (size_t k = 0; k < BLOCKS; k++) {
      batch->block[k] = take(worker->bytes);
      memset(batch->block[k], (int)(k + i), worker->bytes < 128 ? worker->bytes : 128);
    }
    put(batch);
  }
  return NULL;
}

static void *consume(void *argument) {
  Worker *worker = argument;
  for (size_t i = 0; i < worker->batches; i++) {
    Batch *batch = get();
    for (size_t k = 0; k < BLOCKS; k++) {
      worker->checksum += batch->block[k][0];
      free(batch->block[k]);
    }
    free(batch);
  }
  return NULL;
}

/* The first half of the threads produce, the others consume. */
typedef struct {
  Worker worker;
  void *(*work)(void *);
} Role;

static void *play(void *argument) {
  Role *role = argument;
  return role->work(&role->worker);
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Role *roles = calloc(threads * 2, sizeof(Role));
  for (size_t i = 0; i < threads * 2; i++) {
    roles[i].worker.bytes = argument(count, values, 2);
    roles[i].worker.batches = argument(count, values, 3);
    roles[i].work = i < threads ? produce : consume;
  }
  run_threads(threads * 2, play, roles, sizeof(Role));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads * 2; i++) checksum += roles[i].worker.checksum;
  free(roles);
  return finish(checksum);
}
