/** Is told of the bytes of a word, and of the position of its first byte in the text. */
export type OnWord = (bytes: Uint8Array, start: number, end: number, position: number) => void;

/** Letters of ASCII and all bytes of longer characters. */
function isLetter(byte: number): boolean {
  return byte >= 128 || (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);
}

/** Finds the words of a text that comes in parts, without making strings of them. */
export class WordScanner {
  readonly #onWord: OnWord;
  /** The part of a word at the end of the part before. */
  #rest = new Uint8Array(0);
  #position = 0;

  constructor(onWord: OnWord) {
    this.#onWord = onWord;
  }

  /** Scans the next part. */
  push(part: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? part : new Uint8Array([...this.#rest, ...part]);
    const begin = this.#position - this.#rest.length;
    let start = -1;
    for (let at = 0; at < bytes.length; at++) {
      if (isLetter(bytes[at]!)) {
        if (start < 0) start = at;
      } else if (start >= 0) {
        this.#onWord(bytes, start, at, begin + start);
        start = -1;
      }
    }
    this.#rest = start < 0 ? new Uint8Array(0) : bytes.slice(start);
    this.#position += part.length;
  }

  /** Says that the text is over. */
  end(): void {
    if (this.#rest.length === 0) return;
    this.#onWord(this.#rest, 0, this.#rest.length, this.#position - this.#rest.length);
    this.#rest = new Uint8Array(0);
  }
}
