import type { Region } from "./_region.ts";

/** Whoever a scope takes its memory from. */
export interface ScopeOwner {
  /** The name of the scopes. */
  readonly name: string;
  /** Hears that the scope at a place of its list was closed. */
  closed(place: number): void;
  /** Takes a region back once its scope is closed and nothing holds it. */
  reclaim(region: Region): void;
}
