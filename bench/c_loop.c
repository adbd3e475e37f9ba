/* The allocate-and-free loop of the suite "hot" in C, over the library that MIMALLOC_PATH names. */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static void *(*allocate)(size_t);
static void (*release)(void *);

/* Loads the library; returns 1 when both functions were found. */
uint32_t c_open(void) {
  const char *path = getenv("MIMALLOC_PATH");
  void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return 0;
  allocate = (void *(*)(size_t))dlsym(library, "mi_malloc");
  release = (void (*)(void *))dlsym(library, "mi_free");
  return allocate != NULL && release != NULL;
}

/* Returns how many of the allocations succeeded. */
uint32_t c_pairs(uint32_t operations, uint32_t size) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < operations; i++) {
    void *block = allocate(size);
    sum += block != NULL;
    release(block);
  }
  return sum;
}
