/* The steps of randomWorkload() in realtime/latency/workload.ts: the same numbers for the same seed. */
#ifndef WORKLOAD_H
#define WORKLOAD_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct {
  size_t slot_count, step_count, request_count, peak_bytes;
  uint32_t *slots, *byte_lengths; /* A length of 0 frees what is in the slot. */
} Workload;

static uint32_t random_state;

static uint32_t random_number(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

static uint32_t random_length(uint32_t smallest, uint32_t largest) {
  uint32_t doublings = 0;
  while ((uint64_t)smallest << doublings <= largest) doublings++;
  uint64_t least = (uint64_t)smallest << (random_number() % doublings);
  uint64_t end = 2 * least < (uint64_t)largest + 1 ? 2 * least : (uint64_t)largest + 1;
  return (uint32_t)(least + random_number() % (end - least));
}

static Workload make_workload(size_t requests, uint32_t smallest, uint32_t largest, size_t slot_count, uint32_t seed) {
  Workload made = {slot_count, 0, requests, 0, malloc(8 * requests), malloc(8 * requests)};
  uint32_t *live = calloc(slot_count, sizeof(uint32_t));
  size_t bytes = 0;
  random_state = seed;
  for (size_t request = 0; request < requests; request++) {
    uint32_t slot = random_number() % (uint32_t)slot_count;
    if (live[slot] > 0) {
      made.slots[made.step_count] = slot;
      made.byte_lengths[made.step_count++] = 0;
      bytes -= live[slot];
    }
    live[slot] = random_length(smallest, largest);
    bytes += live[slot];
    if (bytes > made.peak_bytes) made.peak_bytes = bytes;
    made.slots[made.step_count] = slot;
    made.byte_lengths[made.step_count++] = live[slot];
  }
  for (uint32_t slot = 0; slot < slot_count; slot++) {
    if (live[slot] == 0) continue;
    made.slots[made.step_count] = slot;
    made.byte_lengths[made.step_count++] = 0;
  }
  free(live);
  return made;
}
#endif
