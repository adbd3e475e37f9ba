/** A picture for a Worker; its bytes are handed over, not copied. */
export type Order = { readonly id: number; readonly width: number; readonly bytes: Uint8Array<ArrayBuffer> };

/** The small picture of an order, handed over too. */
export type Finished = { readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> };

/** Why an order has none. */
export type Refused = { readonly id: number; readonly reason: string; readonly isPicture: boolean };
