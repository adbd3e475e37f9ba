/*
 * A two-level segregated fit allocator, after M. Masmano, I. Ripoll, A. Crespo and J. Real, "TLSF: a New Dynamic Memory
 * Allocator for Real-Time Systems" (2004): lists of free blocks by size class, two bitmaps that lead to the first list
 * with a block that fits, blocks that are split and joined at once. Each operation takes a bounded number of steps.
 */
#ifndef TLSF_H
#define TLSF_H
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include "arm.h"

#define TLSF_GRAIN 16
#define TLSF_SECOND 5 /* 32 lists for each power of two. */
#define TLSF_FIRST 32
#define TLSF_FREE 1u

typedef struct TlsfBlock {
  struct TlsfBlock *before; /* The neighbour at lower addresses. */
  size_t size;              /* Bytes behind this head; the lowest bit says that it is free. */
  struct TlsfBlock *next, *previous; /* Only while it is free. */
} TlsfBlock;

#define TLSF_HEAD offsetof(TlsfBlock, next)

static struct {
  uint32_t first;
  uint32_t second[TLSF_FIRST];
  TlsfBlock *lists[TLSF_FIRST][1 << TLSF_SECOND];
} tlsf;

static size_t tlsf_size(const TlsfBlock *block) { return block->size & ~(size_t)TLSF_FREE; }

static TlsfBlock *tlsf_behind(TlsfBlock *block) { return (TlsfBlock *)((char *)block + TLSF_HEAD + tlsf_size(block)); }

static void tlsf_lists_of(size_t size, unsigned *first, unsigned *second) {
  unsigned power = 63 - (unsigned)__builtin_clzl(size);
  *first = power;
  *second = (unsigned)(power > TLSF_SECOND ? size >> (power - TLSF_SECOND) : size << (TLSF_SECOND - power)) -
            (1u << TLSF_SECOND);
}

static void tlsf_insert(TlsfBlock *block) {
  unsigned first, second;
  tlsf_lists_of(tlsf_size(block), &first, &second);
  TlsfBlock **list = &tlsf.lists[first][second];
  block->size |= TLSF_FREE;
  block->next = *list;
  block->previous = NULL;
  if (*list != NULL) (*list)->previous = block;
  *list = block;
  tlsf.first |= 1u << first;
  tlsf.second[first] |= 1u << second;
}

static void tlsf_remove(TlsfBlock *block) {
  unsigned first, second;
  tlsf_lists_of(tlsf_size(block), &first, &second);
  if (block->next != NULL) block->next->previous = block->previous;
  if (block->previous != NULL) {
    block->previous->next = block->next;
  } else {
    tlsf.lists[first][second] = block->next;
    if (block->next == NULL) {
      tlsf.second[first] &= ~(1u << second);
      if (tlsf.second[first] == 0) tlsf.first &= ~(1u << first);
    }
  }
  block->size &= ~(size_t)TLSF_FREE;
}

static TlsfBlock *tlsf_find(size_t size) {
  unsigned first, second;
  /* Rounded up to the next list, so that every block in it fits. */
  unsigned power = 63 - (unsigned)__builtin_clzl(size);
  if (power > TLSF_SECOND) size += ((size_t)1 << (power - TLSF_SECOND)) - 1;
  tlsf_lists_of(size, &first, &second);
  uint32_t fitting = tlsf.second[first] & (~0u << second);
  if (fitting == 0) {
    uint32_t larger = first >= 31 ? 0 : tlsf.first & (~0u << (first + 1));
    if (larger == 0) return NULL;
    first = (unsigned)__builtin_ctz(larger);
    fitting = tlsf.second[first];
  }
  return tlsf.lists[first][__builtin_ctz(fitting)];
}

static void *tlsf_allocate(void *heap, size_t bytes) {
  (void)heap;
  size_t size = bytes < TLSF_GRAIN ? TLSF_GRAIN : (bytes + TLSF_GRAIN - 1) & ~(size_t)(TLSF_GRAIN - 1);
  TlsfBlock *block = tlsf_find(size);
  if (block == NULL) return NULL;
  tlsf_remove(block);
  if (block->size >= size + sizeof(TlsfBlock)) {
    TlsfBlock *rest = (TlsfBlock *)((char *)block + TLSF_HEAD + size);
    rest->before = block;
    rest->size = block->size - size - TLSF_HEAD;
    tlsf_behind(rest)->before = rest;
    block->size = size;
    tlsf_insert(rest);
  }
  return (char *)block + TLSF_HEAD;
}

static void tlsf_release(void *memory) {
  TlsfBlock *block = (TlsfBlock *)((char *)memory - TLSF_HEAD);
  TlsfBlock *behind = tlsf_behind(block);
  if (behind->size & TLSF_FREE) {
    tlsf_remove(behind);
    block->size += behind->size + TLSF_HEAD;
  }
  if (block->before != NULL && (block->before->size & TLSF_FREE)) {
    TlsfBlock *before = block->before;
    tlsf_remove(before);
    before->size += block->size + TLSF_HEAD;
    block = before;
  }
  tlsf_behind(block)->before = block;
  tlsf_insert(block);
}

/* All of its memory is there from the start, as the paper has it. */
static Arm open_tlsf(size_t bytes) {
  char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (memory == MAP_FAILED) die("no memory for TLSF");
  TlsfBlock *whole = (TlsfBlock *)memory;
  whole->before = NULL;
  whole->size = bytes - 2 * TLSF_HEAD;
  TlsfBlock *end = tlsf_behind(whole);
  end->before = whole;
  end->size = 0; /* Never free, so nothing is joined with it. */
  tlsf_insert(whole);
  return (Arm){tlsf_allocate, tlsf_release, NULL, memory, bytes};
}
#endif
