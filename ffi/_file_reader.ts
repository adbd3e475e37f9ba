/** A file that is read in pieces; only its headers are. */
export interface FileReader {
  /** Size of the whole file in bytes. */
  readonly byteLength: number;
  /** Up to `byteLength` bytes from `offset` on. */
  read(offset: number, byteLength: number): DataView;
}
