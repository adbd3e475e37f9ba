/* One way to allocate. */
#ifndef ARM_H
#define ARM_H
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  void *(*allocate)(void *heap, size_t bytes);
  void (*release)(void *block);
  void *heap;
  char *memory; /* Where its blocks lie, when that is one stretch that it has reserved. */
  size_t memory_bytes;
} Arm;

static void die(const char *what) {
  fprintf(stderr, "Cannot measure: %s\n", what);
  exit(1);
}
#endif
