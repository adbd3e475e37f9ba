/** Samples of a block: what a driver asks for at once. */
export const BLOCK_SAMPLES = 128;
/** Samples in a second. */
export const SAMPLE_RATE = 48_000;
/** Voices that sound at once at most. */
export const MOST_VOICES = 24;
/** Samples of one period of a voice: any number from the first to the second. */
export const WAVE_SAMPLES = [64, 1024] as const;
/** Samples of the echo of a voice. */
export const ECHO_SAMPLES = [512, 8192] as const;

/** What is played: the same notes for the same seed, and one number for each note to be looked at. */
export class Score {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Whether a note begins in this block. */
  begins(): boolean {
    return this.#next() % 3 === 0;
  }

  /** Blocks that a note lasts. */
  blocks(): number {
    return 8 + this.#next() % 56;
  }

  /** A number of samples between two bounds. */
  samples([least, most]: readonly [number, number]): number {
    return least + this.#next() % (most - least + 1);
  }

  #next(): number {
    this.#state = Math.imul(this.#state, 1664525) + 1013904223 | 0;
    return this.#state >>> 8;
  }
}

/** Writes one period of a wave, a triangle. */
export function writeWave(wave: Float64Array, samples: number): void {
  for (let i = 0; i < samples; i++) wave[i] = Math.abs(2 * i / samples - 1) - 0.5;
}

/**
 * Adds a block of a voice to `output`. `place` holds where it stands in its wave and in its echo.
 */
export function addVoice(
  output: Float64Array,
  wave: Float64Array,
  waveSamples: number,
  echo: Float64Array,
  echoSamples: number,
  place: Uint32Array,
): void {
  let inWave = place[0]!;
  let inEcho = place[1]!;
  for (let i = 0; i < BLOCK_SAMPLES; i++) {
    const sample = wave[inWave]! + 0.4 * echo[inEcho]!;
    echo[inEcho] = sample;
    output[i] = output[i]! + sample;
    if (++inWave === waveSamples) inWave = 0;
    if (++inEcho === echoSamples) inEcho = 0;
  }
  place[0] = inWave;
  place[1] = inEcho;
}
