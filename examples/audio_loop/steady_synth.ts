import type { Demand, TickMemory } from "../core/steady_memory.ts";
import { addVoice, BLOCK_SAMPLES, ECHO_SAMPLES, MOST_VOICES, Score, WAVE_SAMPLES, writeWave } from "./score.ts";
import type { Synth } from "./synth.ts";

/** What a steady synth asks of its memory at most: buffers are cut to powers of two, and a voice has two of them. */
export const SYNTH_DEMANDS: readonly Demand[] = [128, 256, 512, 1024, 2048, 4096, 8192].map((length) => ({
  length,
  count: length < ECHO_SAMPLES[0] || length > WAVE_SAMPLES[1] ? MOST_VOICES : 2 * MOST_VOICES,
}));

const NOTHING = new Float64Array(0);

/** A voice, made once; a note comes and goes. */
class Voice {
  wave: Float64Array<ArrayBuffer> = NOTHING;
  echo: Float64Array<ArrayBuffer> = NOTHING;
  /** Where it stands in wave and echo; their lengths; blocks that are left. */
  readonly numbers: Uint32Array<ArrayBuffer> = new Uint32Array(5);
}

/** The same as `PlainSynth`, without a new object in any block: its buffers come from memory outside of the collector's. */
export class SteadySynth implements Synth {
  readonly #score: Score;
  readonly #memory: TickMemory;
  readonly #voices: readonly Voice[] = Array.from({ length: MOST_VOICES }, () => new Voice());
  readonly #output: Float64Array<ArrayBuffer> = new Float64Array(BLOCK_SAMPLES);
  readonly #checksum: Float64Array<ArrayBuffer> = new Float64Array(1);
  #playing = 0;

  constructor(seed: number, memory: TickMemory) {
    this.#score = new Score(seed);
    this.#memory = memory;
  }

  get checksum(): number {
    return this.#checksum[0]!;
  }

  play(): void {
    const output = this.#output;
    this.#endVoices();
    if (this.#score.begins() && this.#playing < MOST_VOICES) this.#begin();
    output.fill(0);
    for (let i = 0; i < MOST_VOICES; i++) {
      const { wave, echo, numbers } = this.#voices[i]!;
      if (numbers[4]! > 0) addVoice(output, wave, numbers[2]!, echo, numbers[3]!, numbers);
    }
    let sum = 0;
    for (let i = 0; i < BLOCK_SAMPLES; i++) sum += output[i]!;
    this.#checksum[0] = this.#checksum[0]! + sum;
  }

  #endVoices(): void {
    for (let i = 0; i < MOST_VOICES; i++) {
      const voice = this.#voices[i]!;
      const left = voice.numbers[4]!;
      if (left === 0) continue;
      voice.numbers[4] = left - 1;
      if (left > 1) continue;
      this.#memory.freeDoubles(voice.wave);
      this.#memory.freeDoubles(voice.echo);
      voice.wave = NOTHING;
      voice.echo = NOTHING;
      this.#playing--;
    }
  }

  #begin(): void {
    let i = 0;
    while (this.#voices[i]!.numbers[4]! > 0) i++;
    const voice = this.#voices[i]!;
    const { numbers } = voice;
    numbers[4] = this.#score.blocks();
    const waveSamples = this.#score.samples(WAVE_SAMPLES);
    const echoSamples = this.#score.samples(ECHO_SAMPLES);
    numbers[0] = 0;
    numbers[1] = 0;
    numbers[2] = waveSamples;
    numbers[3] = echoSamples;
    voice.wave = this.#memory.doubles(waveSamples);
    voice.echo = this.#memory.doubles(echoSamples);
    writeWave(voice.wave, waveSamples);
    voice.echo.fill(0, 0, echoSamples);
    this.#playing++;
  }
}
