/*
 * Counts user instructions one by one: with the trap flag of the processor set, each raises a signal. Exact on every
 * machine, a busy one too, where hardware counters are often not to be had.
 */
#ifndef STEPPER_H
#define STEPPER_H
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include "arm.h"

#if defined(__x86_64__)
#include <x86intrin.h>
#define TRAP_FLAG 0x100u

static volatile uint32_t instructions;

static void count_instruction(int signal) {
  (void)signal;
  instructions++;
}

static void prepare_steps(void) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_handler = count_instruction;
  sigaction(SIGTRAP, &action, NULL);
}

static uint32_t steps_of_allocate(const Arm *arm, size_t bytes, void **block) {
  instructions = 0;
  __writeeflags(__readeflags() | TRAP_FLAG);
  void *made = arm->allocate(arm->heap, bytes);
  __writeeflags(__readeflags() & ~(uint64_t)TRAP_FLAG);
  *block = made;
  return instructions;
}

static uint32_t steps_of_release(const Arm *arm, void *block) {
  instructions = 0;
  __writeeflags(__readeflags() | TRAP_FLAG);
  arm->release(block);
  __writeeflags(__readeflags() & ~(uint64_t)TRAP_FLAG);
  return instructions;
}
#else
static void prepare_steps(void) { die("instructions are counted on x86-64 only"); }
static uint32_t steps_of_allocate(const Arm *arm, size_t bytes, void **block) { return (void)arm, (void)bytes, (void)block, 0; }
static uint32_t steps_of_release(const Arm *arm, void *block) { return (void)arm, (void)block, 0; }
#endif
#endif
