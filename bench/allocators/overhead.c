/*
 * overhead BYTES: allocates blocks of 16 to 1,024 bytes, multiples of 16, until they hold BYTES, writes all of them and
 * prints how much more RAM that took.
 */
#include "work.h"
#include <unistd.h>

static size_t resident_bytes(void) {
  char text[200] = {0};
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fgets(text, sizeof(text), file) == NULL) fail("Cannot tell how much RAM this takes");
  fclose(file);
  char *end = NULL;
  strtoull(text, &end, 10);
  return (size_t)strtoull(end, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

int main(int count, char **values) {
  size_t bytes = argument(count, values, 1), held = 0;
  uint64_t random = random_seed(1), checksum = 0;
  free(take(16));
  size_t before = resident_bytes();
  void **last = NULL;
  while (held < bytes) {
    size_t size = 16 * (1 + random_below(&random, 64));
    void **block = take(size);
    memset(block, 1, size);
    *block = last;
    last = block;
    held += size;
  }
  size_t resident = resident_bytes() - before;
  while (last != NULL) {
    void **next = *last;
    free(last);
    last = next;
    checksum++;
  }
  printf("{\"overhead\":%.6f}\n", (double)resident / (double)held - 1);
  return finish(checksum);
}
