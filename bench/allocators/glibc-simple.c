/*
 * glibc-simple BYTES BLOCKS: allocates and writes 25, 100, 400 and 1,600 blocks of one size, frees half of them in the
 * order of allocation and the other half in the opposite one, until BLOCKS blocks of each kind were made; first in
 * the main thread, then in another one, then in the main thread of what is now a program with threads; for BYTES,
 * twice and four times as many.
 */
#include "work.h"

#define MOST 1600

static const size_t COUNTS[] = {25, 100, 400, MOST};

typedef struct {
  size_t bytes, blocks;
  uint64_t checksum;
} Work;

static void *work(void *argument) {
  Work *all = argument;
  unsigned char **table = take(MOST * sizeof(unsigned char *));
  for (size_t kind = 0; kind < sizeof(COUNTS) / sizeof(COUNTS[0]); kind++) {
    size_t count = COUNTS[kind];
    for (size_t done = 0; done < all->blocks; done += count) {
      for (size_t i = 0; i < count; i++) {
        table[i] = take(all->bytes);
        memset(table[i], (int)i, all->bytes);
      }
      for (size_t i = 0; i < count / 2; i++) {
        all->checksum += table[i][all->bytes - 1];
        free(table[i]);
      }
      for (size_t i = count; i-- > count / 2;) {
        all->checksum += table[i][0];
        free(table[i]);
      }
    }
  }
  free(table);
  return NULL;
}

int main(int count, char **values) {
  Work all = {argument(count, values, 1), argument(count, values, 2), 0};
  for (int doubling = 0; doubling < 3; doubling++) {
    work(&all);
    run_threads(1, work, &all, 0);
    work(&all);
    all.bytes *= 2;
  }
  return finish(all.checksum);
}
