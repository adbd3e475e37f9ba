/** Millionths of a degree of the side of a cell: 2.2 km from south to north. */
const CELL = 20_000;
const COLUMNS = 360e6 / CELL + 1;
const ROWS = 180e6 / CELL + 1;
const METRES_PER_DEGREE = 111_195;
const EARTH_METRES = 6_371_000;
const RADIANS = Math.PI / 180;

/** The number of the cell that a place lies in; places are in millionths of a degree. */
export function cellOf(latitude: number, longitude: number): number {
  return Math.floor((latitude + 90e6) / CELL) * COLUMNS + Math.floor((longitude + 180e6) / CELL);
}

/**
 * Calls `visit` with the first and the last number of cells next to each other, until all were there that a circle
 * touches; its centre is in degrees.
 */
export function visitCells(
  latitude: number,
  longitude: number,
  radius: number,
  visit: (first: number, last: number) => void,
): void {
  const high = (radius / METRES_PER_DEGREE) * 1.01;
  const north = Math.abs(latitude) + high;
  const wide = north < 90 ? high / Math.cos(north * RADIANS) : 180;
  const firstRow = Math.max(0, Math.floor((latitude - high + 90) * 1e6 / CELL));
  const lastRow = Math.min(ROWS - 1, Math.floor((latitude + high + 90) * 1e6 / CELL));
  const firstColumn = Math.floor((longitude - wide + 180) * 1e6 / CELL);
  // The last column, for 180 degrees itself, is no cell wide.
  const lastColumn = Math.floor((longitude + wide + 180) * 1e6 / CELL) + 1;
  for (let row = firstRow; row <= lastRow; row++) {
    const start = row * COLUMNS;
    if (lastColumn - firstColumn >= COLUMNS - 1) visit(start, start + COLUMNS - 1);
    else if (firstColumn < 0) {
      visit(start, start + lastColumn);
      visit(start + firstColumn + COLUMNS - 1, start + COLUMNS - 1);
    } else if (lastColumn >= COLUMNS) {
      visit(start + firstColumn, start + COLUMNS - 1);
      visit(start, start + lastColumn - COLUMNS + 1);
    } else visit(start + firstColumn, start + lastColumn);
  }
}

/** Metres along the earth, taken for a ball, between two places in degrees. */
export function distanceBetween(latitude: number, longitude: number, toLatitude: number, toLongitude: number): number {
  const north = Math.sin((toLatitude - latitude) * RADIANS / 2);
  const east = Math.sin((toLongitude - longitude) * RADIANS / 2);
  const square = north * north + Math.cos(latitude * RADIANS) * Math.cos(toLatitude * RADIANS) * east * east;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(square)));
}
