/** Up to this many numbers are put in order by insertion. */
const FEW = 12;

/**
 * Moves the number that would be at `index` if `values[low]` to
 * `values[high]` were sorted to that place, no greater one before it and no
 * smaller one behind it.
 *
 * Takes time proportional to the numbers, where sorting takes three times as
 * long on 20,000 rows. A part that does not get smaller quickly is sorted, so
 * that no order of the numbers, chosen by whoever sends the file, takes
 * quadratic time.
 */
export function select(
  values: Float64Array,
  low: number,
  high: number,
  index: number,
): number {
  let rounds = 2 * Math.ceil(Math.log2(high - low + 2));
  while (high - low >= FEW) {
    if (rounds-- === 0) {
      values.subarray(low, high + 1).sort();
      return values[index]!;
    }
    const pivot = median(
      values[low]!,
      values[low + high >>> 1]!,
      values[high]!,
    );
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (index <= right) high = right;
    else if (index >= left) low = left;
    else return values[index]!;
  }
  insertionSort(values, low, high);
  return values[index]!;
}

function median(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : Math.max(a, c);
  return a < c ? a : Math.max(b, c);
}

function insertionSort(values: Float64Array, low: number, high: number): void {
  for (let next = low + 1; next <= high; next++) {
    const value = values[next]!;
    let place = next;
    while (place > low && values[place - 1]! > value) {
      values[place] = values[place - 1]!;
      place--;
    }
    values[place] = value;
  }
}
