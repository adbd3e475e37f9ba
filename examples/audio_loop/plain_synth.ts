import { addVoice, BLOCK_SAMPLES, ECHO_SAMPLES, MOST_VOICES, Score, WAVE_SAMPLES, writeWave } from "./score.ts";
import type { Synth } from "./synth.ts";

interface Voice {
  readonly wave: Float64Array;
  readonly echo: Float64Array;
  readonly place: Uint32Array;
  readonly left: number;
}

/** A synth as ordinary JavaScript has it: arrays and objects are made where they are needed. */
export class PlainSynth implements Synth {
  readonly #score: Score;
  #voices: Voice[] = [];
  checksum = 0;

  constructor(seed: number) {
    this.#score = new Score(seed);
  }

  play(): void {
    this.#voices = this.#voices.map((voice) => ({ ...voice, left: voice.left - 1 })).filter(({ left }) => left > 0);
    if (this.#score.begins() && this.#voices.length < MOST_VOICES) this.#voices.push(this.#begin());
    const output = new Float64Array(BLOCK_SAMPLES);
    for (const { wave, echo, place } of this.#voices) addVoice(output, wave, wave.length, echo, echo.length, place);
    this.checksum += output.reduce((sum, sample) => sum + sample, 0);
  }

  #begin(): Voice {
    const left = this.#score.blocks();
    const wave = new Float64Array(this.#score.samples(WAVE_SAMPLES));
    writeWave(wave, wave.length);
    const echo = new Float64Array(this.#score.samples(ECHO_SAMPLES));
    return { wave, echo, place: new Uint32Array(2), left };
  }
}
