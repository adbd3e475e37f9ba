/*
 * cfrac STEPS: the continued fraction of the square root of a number of 44 digits, as factoring by it does: numbers
 * of any length, each result of each operation a small block of its own, most of them dead at once; one thread.
 * The convergents are checked against the theory at the end: A² = ± Q modulo N.
 */
#include "work.h"

#define NUMBER "17545186520507317056371138836327483792789528"
#define PRIMES 60

/* Digits of base 65,536, the lowest first, none of them in front that is 0. */
typedef struct {
  uint16_t length;
  uint16_t digit[];
} Number;

static Number *make(size_t digits) {
  Number *number = take(sizeof(Number) + digits * sizeof(uint16_t));
  number->length = (uint16_t)digits;
  memset(number->digit, 0, digits * sizeof(uint16_t));
  return number;
}

static Number *trim(Number *number) {
  while (number->length > 0 && number->digit[number->length - 1] == 0) number->length--;
  return number;
}

static Number *make_small(uint16_t value) {
  Number *number = make(1);
  number->digit[0] = value;
  return trim(number);
}

/* Puts a result in the place of a number that is no longer needed. */
static void replace(Number **place, Number *result) {
  free(*place);
  *place = result;
}

static int compare(const Number *a, const Number *b) {
  if (a->length != b->length) return a->length < b->length ? -1 : 1;
  for (size_t i = a->length; i-- > 0;) {
    if (a->digit[i] != b->digit[i]) return a->digit[i] < b->digit[i] ? -1 : 1;
  }
  return 0;
}

static Number *add(const Number *a, const Number *b) {
  if (a->length < b->length) return add(b, a);
  Number *sum = make(a->length + 1u);
  uint32_t carry = 0;
  for (size_t i = 0; i < a->length; i++) {
    carry += a->digit[i] + (i < b->length ? b->digit[i] : 0u);
    sum->digit[i] = (uint16_t)carry;
    carry >>= 16;
  }
  sum->digit[a->length] = (uint16_t)carry;
  return trim(sum);
}

/* a - b, where a is not the smaller one. */
static Number *subtract(const Number *a, const Number *b) {
  Number *difference = make(a->length);
  int32_t borrow = 0;
  for (size_t i = 0; i < a->length; i++) {
    int32_t digit = (int32_t)a->digit[i] - (i < b->length ? b->digit[i] : 0) - borrow;
    borrow = digit < 0;
    difference->digit[i] = (uint16_t)digit;
  }
  if (borrow) fail("Cannot work: a difference is negative");
  return trim(difference);
}

static Number *multiply(const Number *a, const Number *b) {
  Number *product = make((size_t)a->length + b->length);
  for (size_t i = 0; i < a->length; i++) {
    uint32_t carry = 0;
    for (size_t k = 0; k < b->length; k++) {
      carry += product->digit[i + k] + (uint32_t)a->digit[i] * b->digit[k];
      product->digit[i + k] = (uint16_t)carry;
      carry >>= 16;
    }
    product->digit[i + b->length] = (uint16_t)carry;
  }
  return trim(product);
}

static Number *divide_small(const Number *a, uint16_t divisor, uint16_t *rest) {
  Number *quotient = make(a->length);
  uint32_t left = 0;
  for (size_t i = a->length; i-- > 0;) {
    left = (left << 16) | a->digit[i];
    quotient->digit[i] = (uint16_t)(left / divisor);
    left %= divisor;
  }
  *rest = (uint16_t)left;
  return trim(quotient);
}

/* `number` shifted left by less than 16 bits, into one digit more. */
static void shift_left(uint16_t *digits, const Number *number, unsigned bits) {
  uint32_t carry = 0;
  for (size_t i = 0; i < number->length; i++) {
    carry |= (uint32_t)number->digit[i] << bits;
    digits[i] = (uint16_t)carry;
    carry >>= 16;
  }
  digits[number->length] = (uint16_t)carry;
}

/* Takes `times` times the divisor away from the digits; returns whether that was once too often. */
static int take_away(uint16_t *digits, const Number *divisor, uint32_t times) {
  int64_t carry = 0;
  for (size_t i = 0; i < divisor->length; i++) {
    carry += (int64_t)digits[i] - (int64_t)times * divisor->digit[i];
    digits[i] = (uint16_t)carry;
    carry >>= 16;
  }
  carry += digits[divisor->length];
  digits[divisor->length] = (uint16_t)carry;
  return carry < 0;
}

static void give_back(uint16_t *digits, const Number *divisor) {
  uint32_t carry = 0;
  for (size_t i = 0; i < divisor->length; i++) {
    carry += (uint32_t)digits[i] + divisor->digit[i];
    digits[i] = (uint16_t)carry;
    carry >>= 16;
  }
  digits[divisor->length] += (uint16_t)carry;
}

/* Long division as on paper: a digit of the quotient is estimated from the first digits and is too high by 2 at most. */
static Number *divide_long(const Number *a, const Number *b, Number **rest) {
  unsigned bits = 0;
  while ((b->digit[b->length - 1] << bits & 0x8000) == 0) bits++;
  Number *divisor = make(b->length + 1u), *left = make(a->length + 1u), *quotient = make(a->length - b->length + 1u);
  shift_left(divisor->digit, b, bits);
  shift_left(left->digit, a, bits);
  trim(divisor);
  for (size_t i = quotient->length; i-- > 0;) {
    uint16_t *digits = left->digit + i;
    uint32_t front = (uint32_t)digits[b->length] << 16 | digits[b->length - 1];
    uint32_t digit = front / divisor->digit[b->length - 1];
    if (digit > 0xffff) digit = 0xffff;
    int is_negative = take_away(digits, divisor, digit);
    for (; is_negative; is_negative = digits[b->length] != 0) {
      give_back(digits, divisor);
      digit--;
    }
    quotient->digit[i] = (uint16_t)digit;
  }
  free(divisor);
  for (size_t i = 0; i < b->length; i++) {
    left->digit[i] = (uint16_t)(left->digit[i] >> bits | (uint32_t)left->digit[i + 1] << (16 - bits));
  }
  left->length = b->length;
  *rest = trim(left);
  return trim(quotient);
}

/* a / b, the rest in a block of its own. */
static Number *divide(const Number *a, const Number *b, Number **rest) {
  if (b->length == 1) {
    uint16_t small;
    Number *quotient = divide_small(a, b->digit[0], &small);
    *rest = make_small(small);
    return quotient;
  }
  if (compare(a, b) < 0) {
    *rest = make(a->length);
    memcpy((*rest)->digit, a->digit, a->length * sizeof(uint16_t));
    return make(0);
  }
  return divide_long(a, b, rest);
}

static Number *quotient_of(const Number *a, const Number *b) {
  Number *rest;
  Number *quotient = divide(a, b, &rest);
  free(rest);
  return quotient;
}

static Number *rest_of(const Number *a, const Number *b) {
  Number *rest;
  free(divide(a, b, &rest));
  return rest;
}

static Number *parse(const char *text) {
  Number *number = make(0);
  Number *ten = make_small(10);
  for (; *text != '\0'; text++) {
    Number *digit = make_small((uint16_t)(*text - '0'));
    replace(&number, multiply(number, ten));
    replace(&number, add(number, digit));
    free(digit);
  }
  free(ten);
  return number;
}

/* The whole part of the square root, by Newton's way from above. */
static Number *root_of(const Number *number) {
  Number *root = make(number->length / 2u + 2u);
  root->digit[root->length - 1] = 1;
  for (;;) {
    uint16_t rest;
    Number *next = quotient_of(number, root);
    replace(&next, add(next, root));
    replace(&next, divide_small(next, 2, &rest));
    if (compare(next, root) >= 0) {
      free(next);
      return root;
    }
    replace(&root, next);
  }
}

/* Takes out of `number` the primes of the base; returns whether nothing else is left. */
static int is_smooth(const Number *number, const uint16_t *primes) {
  Number *left = add(number, number);
  uint16_t rest;
  replace(&left, divide_small(left, 2, &rest));
  for (size_t i = 0; i < PRIMES; i++) {
    for (;;) {
      Number *quotient = divide_small(left, primes[i], &rest);
      if (rest != 0 || left->length == 0) {
        free(quotient);
        break;
      }
      replace(&left, quotient);
    }
  }
  int smooth = left->length == 1 && left->digit[0] == 1;
  free(left);
  return smooth;
}

static void list_primes(uint16_t *primes) {
  size_t found = 0;
  for (uint16_t candidate = 2; found < PRIMES; candidate++) {
    size_t i = 0;
    while (i < found && candidate % primes[i] != 0) i++;
    if (i == found) primes[found++] = candidate;
  }
}

/* Whether a² is q or -q modulo n. */
static int is_convergent(const Number *a, const Number *q, const Number *n) {
  Number *square = multiply(a, a);
  replace(&square, rest_of(square, n));
  Number *opposite = subtract(n, q);
  int is = compare(square, q) == 0 || compare(square, opposite) == 0;
  free(square);
  free(opposite);
  return is;
}

int main(int count, char **values) {
  size_t steps = argument(count, values, 1);
  uint16_t primes[PRIMES];
  list_primes(primes);
  Number *n = parse(NUMBER);
  Number *root = root_of(n);
  Number *p = make(0), *q = make_small(1), *term = multiply(root, q);
  Number *before = make_small(1), *a = multiply(root, q);
  uint64_t checksum = 0;
  for (size_t step = 0; step < steps; step++) {
    Number *product = multiply(term, q);
    replace(&p, subtract(product, p));
    replace(&product, multiply(p, p));
    replace(&product, subtract(n, product));
    replace(&q, quotient_of(product, q));
    if (!is_convergent(a, q, n)) fail("Cannot accept the work: a convergent is wrong");
    replace(&product, add(root, p));
    replace(&term, quotient_of(product, q));
    replace(&product, multiply(term, a));
    replace(&product, add(product, before));
    free(before);
    before = a;
    a = rest_of(product, n);
    free(product);
    checksum = checksum * 31 + q->digit[0] + (is_smooth(q, primes) ? 1u << 20 : 0);
  }
  Number *all[] = {n, root, p, q, term, before, a};
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) free(all[i]);
  return finish(checksum);
}
