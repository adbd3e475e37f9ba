import { closeSync, openSync, writeSync } from "node:fs";

const SYLLABLES = ["ba", "de", "gi", "ko", "lu", "mär", "no", "pé", "ri", "sa", "te", "vu", "xi", "zo", "thé", "ñu"];

function wordOf(number: number): string {
  let word = "";
  do {
    word += SYLLABLES[number % SYLLABLES.length];
    number = Math.floor(number / SYLLABLES.length);
  } while (number > 0);
  return word;
}

/** Writes a text of made-up words, few of them frequent and most of them rare, as in a language. */
export function generateText(file: string, words: number, seed: number): void {
  let state = seed | 0;
  const random = (): number => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return (state >>> 0) / 2 ** 32;
  };
  const handle = openSync(file, "w");
  try {
    for (let written = 0; written < words;) {
      const lines: string[] = [];
      for (let line = 0; line < 1000 && written < words; line++) {
        const line: string[] = [];
        for (let i = 0; i < 10 && written < words; i++, written++) {
          line.push(wordOf(Math.floor(2 ** (random() * 16)) - 1));
        }
        lines.push(line.join(" "));
      }
      writeSync(handle, `${lines.join(".\n")}.\n`);
    }
  } finally {
    closeSync(handle);
  }
}
