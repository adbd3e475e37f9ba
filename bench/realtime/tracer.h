/* Watches a child from outside, one system call at a time. */
#ifndef TRACER_H
#define TRACER_H
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "arm.h"

/* What parent and child share. */
typedef struct {
  volatile uint32_t inside; /* 1 while the child is in what is to be counted. */
  volatile uint32_t ended;
  volatile uintptr_t memory, memory_bytes;
} Shared;

static Shared *shared;

static void share(void) {
  shared = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) die("no shared memory");
}

/* The child waits here until it is watched. */
static void wait_for_tracer(void) {
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) die("this system lets no process be traced");
  raise(SIGSTOP);
}

static void expect_stop(pid_t child) {
  int status;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) die("the traced process has ended");
}

/* The system calls of the measured section. */
typedef struct {
  size_t mmap, munmap, madvise, mprotect, brk, other, inside_memory;
} Calls;

static void trace_calls(pid_t child, Calls *calls) {
  expect_stop(child);
  ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD);
  bool entering = true;
  for (;;) {
    int status;
    ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    if (waitpid(child, &status, 0) != child || WIFEXITED(status)) return;
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
    struct user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, NULL, &registers);
    bool counts = entering && shared->inside == 1 && shared->ended == 0;
    entering = !entering;
    if (!counts) continue;
    switch (registers.orig_rax) {
      case SYS_mmap: calls->mmap++; break;
      case SYS_munmap: calls->munmap++; break;
      case SYS_madvise: calls->madvise++; break;
      case SYS_mprotect: calls->mprotect++; break;
      case SYS_brk: calls->brk++; continue;
      default: calls->other++; continue;
    }
    uintptr_t at = (uintptr_t)registers.rdi;
    if (at >= shared->memory && at < shared->memory + shared->memory_bytes) calls->inside_memory++;
  }
}
#endif
