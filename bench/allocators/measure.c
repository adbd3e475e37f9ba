/*
 * measure PRELOAD PROGRAM [ARGUMENT...]: runs a program with the library PRELOAD loaded first ("" for none) and prints
 * what the kernel says of it as the last line on stderr: time, most memory in RAM, page faults. Ends as the program
 * ended.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **values) {
  if (count < 3) return 2;
  double begin = seconds_now();
  pid_t child = fork();
  if (child == 0) {
    if (values[1][0] != '\0') setenv("LD_PRELOAD", values[1], 1);
    execvp(values[2], values + 2);
    perror(values[2]);
    _exit(127);
  }
  int status = 0;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child) {
    perror("measure");
    return 2;
  }
  fprintf(stderr,
          "\n{\"seconds\":%.6f,\"userSeconds\":%.6f,\"systemSeconds\":%.6f,\"peakBytes\":%ld,\"minorFaults\":%ld,\"majorFaults\":%ld}\n",
          seconds_now() - begin, seconds_of(used.ru_utime), seconds_of(used.ru_stime), used.ru_maxrss * 1024L,
          used.ru_minflt, used.ru_majflt);
  if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
  return WEXITSTATUS(status);
}
