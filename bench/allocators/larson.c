/*
 * larson THREADS LEAST MOST BLOCKS ROUNDS GENERATIONS: a server that runs for long. Each thread holds BLOCKS blocks of
 * LEAST to MOST bytes and replaces ROUNDS times as many of them, one at random after the other; then it starts the
 * thread that goes on with the blocks, and ends. So threads free what threads have left behind that are long gone.
 */
#include "work.h"

typedef struct {
  size_t least, most, blocks, rounds, generations;
  uint64_t random, checksum;
  unsigned char **block;
} Server;

static unsigned char *replace_block(Server *server, unsigned char *old) {
  if (old != NULL) {
    server->checksum += old[0];
    free(old);
  }
  size_t bytes = server->least + random_below(&server->random, server->most - server->least);
  unsigned char *block = take(bytes);
  block[0] = (unsigned char)bytes;
  block[bytes - 1] = (unsigned char)bytes;
  return block;
}

static void *serve(void *argument) {
  Server *server = argument;
  for (size_t i = 0; i < server->rounds * server->blocks; i++) {
    size_t victim = random_below(&server->random, server->blocks);
    server->block[victim] = replace_block(server, server->block[victim]);
  }
  if (--server->generations > 0) run_threads(1, serve, server, 0);
  return NULL;
}

int main(int count, char **values) {
  size_t threads = argument(count, values, 1);
  Server *servers = calloc(threads, sizeof(Server));
  for (size_t i = 0; i < threads; i++) {
    Server *server = &servers[i];
    server->least = argument(count, values, 2);
    server->most = argument(count, values, 3);
    server->blocks = argument(count, values, 4);
    server->rounds = argument(count, values, 5);
    server->generations = argument(count, values, 6);
    server->random = random_seed(4141 + i);
    server->block = take(server->blocks * sizeof(unsigned char *));
    for (size_t k = 0; k < server->blocks; k++) server->block[k] = replace_block(server, NULL);
  }
  run_threads(threads, serve, servers, sizeof(Server));
  uint64_t checksum = 0;
  for (size_t i = 0; i < threads; i++) {
    for (size_t k = 0; k < servers[i].blocks; k++) {
      checksum += servers[i].block[k][0];
      free(servers[i].block[k]);
    }
    checksum += servers[i].checksum;
    free(servers[i].block);
  }
  free(servers);
  return finish(checksum);
}
