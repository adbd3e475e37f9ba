import {
  countAllocations,
  diff,
  heapMap,
  LeakDetector,
  metrics,
  prometheusContentType,
  prometheusText,
  SiteProfiler,
} from "../../observe/mod.ts";
import { type Answer, text } from "./answer.ts";
import type { Sessions } from "./sessions.ts";

const SVG = "image/svg+xml";

/** What the service knows of its memory. */
export class Watched implements Disposable {
  readonly #counting = countAllocations();
  readonly #leaks = new LeakDetector();
  readonly #profiler = new SiteProfiler({ sampleRate: 16 * 1024 });
  readonly #sessions: Sessions;
  #before = this.#profiler.profile();

  /** Begins to look at the memory of the process, and of `sessions`. */
  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** What has grown since this was asked for. */
  #growth(): string {
    const [before, after] = [this.#before, this.#profiler.profile()];
    this.#before = after;
    return diff(before, after).toFlameGraph();
  }

  /** The answer to GET; `undefined` where there is nothing. */
  answer(path: string): Answer | undefined {
    const leaks = this.#leaks;
    switch (path) {
      case "/metrics":
        return [200, prometheusContentType, prometheusText({ process: "sessions", leaks })];
      case "/metrics.json":
        return [200, "application/json", JSON.stringify(metrics({ leaks }))];
      case "/leaks":
        return text(200, String(leaks.report()));
      case "/profile.svg":
        return [200, SVG, this.#profiler.profile().toFlameGraph()];
      case "/growth.svg":
        return [200, SVG, this.#growth()];
      case "/map.svg":
        return [200, SVG, heapMap(this.#sessions.heap).picture()];
    }
    return undefined;
  }

  /** Ends that. */
  [Symbol.dispose](): void {
    this.#profiler[Symbol.dispose]();
    this.#leaks[Symbol.dispose]();
    this.#counting[Symbol.dispose]();
  }
}
