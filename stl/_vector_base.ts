/** What every vector inherits from, so that `instanceof Vector` holds. */
export class VectorBase {}
