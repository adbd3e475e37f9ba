/**
 * The declarative format of a benchmark suite: groups of arms that do the same
 * work in different ways, and the targets that their ratios must meet.
 */

/**
 * How the operation is reached, because the compilers of the runtimes treat
 * these differently: `loop` runs thousands of operations in one function
 * invocation, `call` runs one operation per invocation, `burst` runs a few
 * hundred operations between two turns of the event loop.
 */
export type Shape = "loop" | "call" | "burst";

/** Every shape, in the order in which tables show them. */
export const SHAPES: readonly Shape[] = ["loop", "call", "burst"];

/** Operations between two event-loop turns in the shape `burst`. */
export const BURST_OPERATIONS = 500;

/** What an arm's `bind` returns when this machine cannot run the arm. */
export class Unavailable {
  /** Why, for the table. */
  readonly reason: string;

  /** Says why the arm cannot run. */
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Does `operations` operations and returns their checksum. */
export type Run = (operations: number) => number;

/** One way to do the work of a group. */
export interface ArmDefinition<Bindings> {
  /** What tables and targets call it. */
  readonly name: string;
  /** Makes what `run` needs: functions, objects, memory. Called once per shape. */
  readonly bind: () => Bindings | Unavailable;
  /**
   * Makes the measured function. The runner compiles its text anew for each
   * shape, so that no two measurements share type feedback: it must be an arrow
   * function, and everything it uses but globals comes in by `bindings`.
   */
  readonly run: (bindings: Bindings) => Run;
  /** Gives back what `bind` made. */
  readonly release?: (bindings: Bindings) => void;
  /** The shapes in which the arm makes sense; all of them when left out. */
  readonly shapes?: readonly Shape[];
}

/** An arm whose bindings are known to itself alone. */
export type Arm = ArmDefinition<unknown>;

/** Hides the type of the bindings, so that arms fit in one list. */
export function arm<Bindings>(definition: ArmDefinition<Bindings>): Arm {
  return definition as unknown as Arm;
}

/** The bound of a target. */
export type Bound =
  /** The arm takes at most this many times as long as `against`. */
  | { readonly atMost: number; readonly against: string }
  /** The arm is at least this many times as fast as `against`. */
  | { readonly timesFaster: number; readonly against: string }
  /** The arm takes at most this long; depends on the machine. */
  | { readonly atMostNanoseconds: number }
  /** The arm has at most this much, in the unit of what is measured. */
  | { readonly atMostOf: number; readonly unit: Unit }
  /** The arm has at least this much, in the unit of what is measured. */
  | { readonly atLeastOf: number; readonly unit: Unit };

/** What a {@linkcode Gauge} measures in: nanoseconds and their squares, milliseconds, bytes, KiB and MiB, entries, how often. */
export type Unit = "ns" | "ns²" | "ms" | "B" | "KiB" | "MiB" | "entries" | "times";

/**
 * An arm that uses no library. Where an arm that is `margin` times as slow would
 * miss the target as well, the target is out of reach: that is reported as
 * `floor`, and `--check` lets it pass.
 */
export interface Floor {
  readonly arm: string;
  /** What the suite grants the library over that arm. */
  readonly margin: number;
}

/** A statement about an arm that `--check` holds against the measurement. */
export type Target = Bound & {
  readonly arm: string;
  /** The runtimes that it holds for; both when left out. */
  readonly runtimes?: readonly string[];
  /** The shapes that it holds for; all that were measured when left out. */
  readonly shapes?: readonly Shape[];
  /** The least that the runtime allows; where that misses the target too, the library may. */
  readonly floor?: Floor;
};

/** Arms that do the same work, measured interleaved. */
export interface Group {
  readonly name: string;
  /** What one operation is. */
  readonly operation: string;
  /** The checksum that `operations` operations of every arm must return. */
  readonly checksum: (operations: number) => number;
  readonly arms: readonly Arm[];
  readonly targets: readonly Target[];
  /** How long to measure, where an operation is so long that the usual would take minutes. */
  readonly effort?: Partial<Effort>;
}

/** One figure that the program of a {@linkcode Gauge} prints. */
export interface Column {
  /** Its key in what the program prints. */
  readonly key: string;
  /** The head of its column in tables. */
  readonly title: string;
  readonly unit: Unit;
}

/** What `--check` holds against one column of a gauge. */
export type GaugeTarget = Bound & {
  readonly arm: string;
  /** The key of the column. */
  readonly column: string;
  /** The runtimes that it holds for; both when left out. */
  readonly runtimes?: readonly string[];
  readonly floor?: Floor;
};

/**
 * What needs a process of its own: memory, pauses, how much fits. Each arm is a run of
 * one program, which checks its own work and prints its figures as a line of JSON; a
 * figure that it cannot give is `null`, and `note` says why. The arms take turns.
 */
export interface Gauge {
  readonly name: string;
  /** What each process does. */
  readonly operation: string;
  /** The program: a file below `bench/`. */
  readonly program: string;
  /** What it is called with after the name of the arm. */
  readonly parameters?: readonly string[];
  readonly arms: readonly string[];
  readonly columns: readonly Column[];
  /** Processes per arm; the median counts. */
  readonly rounds: number;
  /**
   * Whether an arm is compared with the first one round by round: its ratio is then the median of those of the rounds,
   * and the interval is shown that holds that with a probability of 95 % (from 6 rounds on). Targets go by it too.
   */
  readonly paired?: boolean;
  readonly targets: readonly GaugeTarget[];
}

/** A file of `bench/suites/` exports one of these as `suite`. */
export interface Suite {
  readonly name: string;
  readonly groups: readonly Group[];
  /** What is measured in processes of their own, after the groups. */
  readonly gauges?: readonly Gauge[];
}

/** How long to measure. */
export interface Effort {
  /** Rounds; in each of them every arm runs one slice. */
  readonly rounds: number;
  /** How long one slice of one arm lasts. */
  readonly sliceMilliseconds: number;
  /** Warm-up of an arm ends after this many operations … */
  readonly warmUpOperations: number;
  /** … or after this long, whichever is first … */
  readonly warmUpMilliseconds: number;
}
