import process from "node:process";
import { setTimeout } from "node:timers/promises";
import type { DashboardSample, DashboardState } from "../observe/dashboard/dashboard_state.ts";
import { backend } from "../ffi/runtime/backend.ts";
import { CommandError } from "./_command_error.ts";
import { parseOptions } from "./_parse_options.ts";
import { formatTop } from "./_top_text.ts";

const HELP = `Shows what a dashboard shows, in a terminal: the memory of a program that runs.

  mimalloc top <url> [options]

  <url>        what serveDashboard() returned, with the token
  --once       show one reading and end
  --json       the readings as JSON, a line each
  --rows n     the most heaps and threads to show (default 20)
  --help       this text

Ends with Ctrl+C, or when the program ends. Exit code 2 means that there was
no answer.

  mimalloc top "http://127.0.0.1:8080/?token=…"
`;

/** Clears the terminal from its first line on. */
const CLEAR = "\x1b[H\x1b[J";

/** `mimalloc top`: shows the figures of a dashboard until the program that serves it ends. */
export async function top(args: string[]): Promise<number> {
  const [first = ""] = args;
  const hasUrl = first !== "" && !first.startsWith("-");
  const { help, once, json, rows } = parseOptions("top", hasUrl ? args.slice(1) : args, {
    help: { type: "boolean" },
    once: { type: "boolean" },
    json: { type: "boolean" },
    rows: { type: "string" },
  });
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!hasUrl) throw new CommandError("Cannot run mimalloc top: no address of a dashboard, see mimalloc top --help");
  const limit = parseRows(rows);
  const source = new Source(first);
  let before: DashboardSample | undefined;
  for (let state: DashboardState | undefined = await source.read(); state !== undefined;) {
    const last = state.samples.at(-1);
    if (last !== undefined) {
      const text = json ? `${JSON.stringify(state)}\n` : formatTop(state, state.samples.at(-2) ?? before, limit);
      process.stdout.write(json || once || !process.stdout.isTTY ? text : CLEAR + text);
      before = last;
      if (once) return 0;
    }
    await setTimeout(state.every);
    state = await source.readNext();
  }
  process.stderr.write("mimalloc top: the dashboard was closed\n");
  return 0;
}

function parseRows(text: string | undefined): number {
  if (text === undefined) return 20;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandError(`Cannot show ${text} rows: expected a positive integer`);
}

/** The dashboard behind an address. */
class Source {
  readonly #base: URL;
  readonly #token: string;
  #last = 0;

  constructor(address: string) {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    const token = url?.searchParams.get("token");
    if (url === undefined || !/^https?:$/.test(url.protocol) || token === undefined || token === null) {
      throw new CommandError(
        "Cannot run mimalloc top: expected the address of a dashboard with its token, as serveDashboard() returned it",
      );
    }
    this.#base = url;
    this.#token = token;
  }

  /** What is new; throws `CommandError` when there is no answer. */
  async read(): Promise<DashboardState> {
    const url = new URL(`api/state?after=${this.#last}`, this.#base);
    const response = await this.#fetch(url);
    if (!response.ok) throw new CommandError(`Cannot read the dashboard: ${(await response.text()).trim()}`);
    const state = await response.json() as DashboardState;
    this.#last = state.samples.at(-1)?.number ?? this.#last;
    return state;
  }

  /** The same for one that has answered before; `undefined` when it is there no more. */
  async readNext(): Promise<DashboardState | undefined> {
    try {
      return await this.read();
    } catch (error) {
      if (error instanceof CommandError && error.cause !== undefined) return undefined;
      throw error;
    }
  }

  async #fetch(url: URL): Promise<Response> {
    try {
      return await fetch(url, { headers: { authorization: `Bearer ${this.#token}` }, redirect: "error" });
    } catch (error) {
      if (backend().isPermissionError(error)) throw error;
      // Its own words differ from runtime to runtime, and may repeat the address with the token.
      throw new CommandError(`Cannot read the dashboard: nobody answers at ${url.origin}`, { cause: error });
    }
  }
}
