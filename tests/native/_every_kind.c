// Functions of every kind of signature, for the tests of openLibrary().
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>

#define NUMBER(name, type) type same_##name(type value) { return value; }
NUMBER(i8, int8_t)
NUMBER(u8, uint8_t)
NUMBER(i16, int16_t)
NUMBER(u16, uint16_t)
NUMBER(i32, int32_t)
NUMBER(u32, uint32_t)
NUMBER(i64, int64_t)
NUMBER(u64, uint64_t)
NUMBER(f32, float)
NUMBER(f64, double)
NUMBER(bool, bool)
NUMBER(usize, size_t)
NUMBER(isize, ptrdiff_t)
NUMBER(long, long)
NUMBER(ulong, unsigned long)

static int calls = 0;
void touch(void) { calls++; }
int touched(void) { return calls; }

// Structs of each class of the calling convention.
typedef struct { double x, y; } Point;
typedef struct { float x, y; } Pair;
typedef struct { int64_t id; double weight; } Mixed;
typedef struct { double weight; int32_t id; } Turned;
typedef struct { uint8_t r, g, b; } Color;
typedef struct { int64_t first, second; } Range;
typedef struct { Point corners[2]; int32_t kind; } Box;

Point point_add(Point a, Point b) { return (Point){ a.x + b.x, a.y + b.y }; }
Pair pair_turn(Pair pair) { return (Pair){ pair.y, pair.x }; }
Mixed mixed_more(int32_t by, Mixed mixed, double factor) { return (Mixed){ mixed.id + by, mixed.weight * factor }; }
Turned turned_more(Turned turned) { return (Turned){ turned.weight * 2, turned.id + 1 }; }
Color color_invert(Color color) { return (Color){ 255 - color.r, 255 - color.g, 255 - color.b }; }
Range range_shift(Range range, int64_t by) { return (Range){ range.first + by, range.second + by }; }
Box box_grow(Box box, double by, int32_t kind) {
  box.corners[1].x += by;
  box.corners[1].y += by;
  box.kind = kind;
  return box;
}

void point_scale(Point* point, double factor) { point->x *= factor; point->y *= factor; }
double points_sum(const Point* points, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += points[i].x + points[i].y;
  return sum;
}

typedef union { uint32_t code; float level; uint8_t bytes[4]; } Value;
typedef struct { int32_t kind; Value value; } Event;
void event_level(Event* event, float level) { event->kind = 2; event->value.level = level; }
uint32_t event_code(const Event* event) { return event->value.code; }

typedef struct Packet { const uint8_t* bytes; uint32_t length; struct Packet* next; } Packet;
uint32_t packets_sum(const Packet* packet) {
  uint32_t sum = 0;
  for (; packet != NULL; packet = packet->next) for (uint32_t i = 0; i < packet->length; i++) sum += packet->bytes[i];
  return sum;
}

void fill_doubles(double* values, size_t count, double value) { for (size_t i = 0; i < count; i++) values[i] = value; }
uint64_t address_of(const void* memory) { return (uint64_t)(uintptr_t)memory; }

// Out parameters.
int32_t divide(int32_t a, int32_t b, int32_t* quotient, int32_t* rest) {
  if (b == 0) return 1;
  *quotient = a / b;
  *rest = a % b;
  return 0;
}
void grow(size_t* length) { *length *= 2; }
void origin(Point* point) { point->x = 1; point->y = -1; }

// Something opaque.
typedef struct Counter { int32_t count; } Counter;
int32_t counter_open(Counter** counter) { *counter = calloc(1, sizeof(Counter)); return *counter == NULL; }
int32_t counter_next(Counter* counter) { return ++counter->count; }
void counter_close(Counter* counter) { free(counter); }
Counter* counter_none(void) { return NULL; }

// Texts.
size_t text_length(const char* text) { return text == NULL ? 999 : strlen(text); }
const char* greeting(void) { return "gr\xc3\xbc" "ezi"; }
const char* no_text(void) { return NULL; }
void text_of(const char** text) { *text = "out of C"; }
char* text_copy(const char* text) { return strdup(text); }
static const char* kept_text;
void keep_text(const char* text) { kept_text = text; }
const char* kept(void) { return kept_text; }

// Memory that C makes.
static int freed = 0;
uint8_t* make_bytes(size_t length) { uint8_t* bytes = malloc(length); for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)i; return bytes; }
void free_bytes(uint8_t* bytes) { freed++; free(bytes); }
int32_t freed_bytes(void) { return freed; }

// Callbacks.
typedef int32_t (*Compare)(const double*, const double*);
static Compare comparing;
static int compare(const void* a, const void* b) { return comparing(a, b); }
void sort_doubles(double* values, size_t count, Compare by) { comparing = by; qsort(values, count, sizeof(double), compare); }
double fold(const double* values, size_t count, double (*step)(double, double, int32_t)) {
  double result = 0;
  for (size_t i = 0; i < count; i++) result = step(result, values[i], (int32_t)i);
  return result;
}
int32_t each_text(int32_t count, bool (*visit)(const char*, int64_t, bool, Counter*)) {
  int32_t visited = 0;
  for (int32_t i = 0; i < count; i++, visited++) if (!visit("text", (int64_t)i << 40, i % 2 == 1, NULL)) break;
  return visited;
}
typedef int32_t (*Listener)(int32_t);
static Listener listener;
void listen(Listener added) { listener = added; }
int32_t tell(int32_t value) { return listener == NULL ? -1 : listener(value); }
typedef struct { int32_t weight; Listener listener; } Handler;
int32_t handle(const Handler* handler, int32_t value) { return handler->listener(value) * handler->weight; }
const char* text_during(const char* text, void (*during)(void)) { during(); keep_text(text); return text; }

static void* tell_from_thread(void* value) { return (void*)(intptr_t)tell((int32_t)(intptr_t)value); }
int32_t tell_elsewhere(int32_t value) {
  pthread_t thread;
  pthread_create(&thread, NULL, tell_from_thread, (void*)(intptr_t)value);
  void* result = NULL;
  pthread_join(thread, &result);
  return (int32_t)(intptr_t)result;
}

// Slow work.
#include <unistd.h>
void fill_slowly(uint8_t* bytes, size_t length, uint8_t value, int32_t milliseconds) {
  usleep((useconds_t)milliseconds * 1000);
  memset(bytes, value, length);
}
