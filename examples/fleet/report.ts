import { decodeName } from "./names.ts";

/** One device as it is read or written: names as bytes where they lie, and numbers. One object for all of a request. */
export class Report {
  /** Where the id lies. */
  idBytes: Uint8Array = new Uint8Array();
  idStart = 0;
  idEnd = 0;
  /** Where the region lies. */
  regionBytes: Uint8Array = new Uint8Array();
  regionStart = 0;
  regionEnd = 0;
  time = 0;
  latitude = 0;
  longitude = 0;
  value = 0;
  battery = 0;

  /** The id as text. */
  get id(): string {
    return decodeName(this.idBytes, this.idStart, this.idEnd);
  }

  /** The region as text. */
  get region(): string {
    return decodeName(this.regionBytes, this.regionStart, this.regionEnd);
  }
}
