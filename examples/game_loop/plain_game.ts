import { CELLS, Dice, type Game, lifeOf, placeOf, SIDE, TICK } from "./rules.ts";

interface Entity {
  x: number;
  y: number;
  readonly dx: number;
  readonly dy: number;
  life: number;
}

/** The game as ordinary JavaScript has it: an object for each entity, an array for each cell. */
export class PlainGame implements Game {
  readonly #dice: Dice;
  readonly #entities: Entity[];
  checksum = 0;

  constructor(count: number, seed: number) {
    this.#dice = new Dice(seed);
    this.#entities = Array.from({ length: count }, () => this.#begin());
  }

  #begin(): Entity {
    const dice = this.#dice;
    return {
      x: placeOf(dice.roll()),
      y: placeOf(dice.roll()),
      dx: placeOf(dice.roll()) - SIDE / 2,
      dy: placeOf(dice.roll()) - SIDE / 2,
      life: lifeOf(dice.roll()),
    };
  }

  play(): void {
    const cells: Entity[][] = Array.from({ length: CELLS }, () => []);
    for (let i = 0; i < this.#entities.length; i++) {
      let entity = this.#entities[i]!;
      if (--entity.life === 0) entity = this.#entities[i] = this.#begin();
      entity.x = (entity.x + entity.dx * TICK + SIDE) % SIDE;
      entity.y = (entity.y + entity.dy * TICK + SIDE) % SIDE;
      cells[Math.floor(entity.y) * SIDE + Math.floor(entity.x)]!.push(entity);
    }
    for (const cell of cells) this.checksum += cell.length * cell.length;
  }
}
