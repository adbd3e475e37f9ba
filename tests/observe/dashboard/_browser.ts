import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

const DRIVER = fileURLToPath(new URL("programs/browser.mjs", import.meta.url));

/** A real browser, driven by a process of its own. */
export class Browser implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  /** Starts the browser of the system. */
  constructor() {
    this.#child = spawn("node", [DRIVER], { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout! });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async #ask(action: string, options: object = {}): Promise<unknown> {
    this.#child.stdin!.write(`${JSON.stringify({ action, ...options })}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error("The browser has ended");
    const { result, failure } = JSON.parse(value) as { result?: unknown; failure?: string };
    if (failure !== undefined) throw new Error(`${action} ${JSON.stringify(options)}: ${failure}`);
    return result;
  }

  /** Opens an address as the page that all else is about; tells the status of the answer. */
  open(options: { url: string; width?: number; height?: number; colorScheme?: "light" | "dark" }): Promise<unknown> {
    return this.#ask("open", options);
  }

  /** The value of `code` in the page. */
  async evaluate<T>(code: string): Promise<T> {
    return await this.#ask("evaluate", { code }) as T;
  }

  /** Waits until `code` is true in the page. */
  async wait(code: string): Promise<void> {
    await this.#ask("wait", { code });
  }

  /** Presses a key. */
  async press(key: string): Promise<void> {
    await this.#ask("press", { key });
  }

  /** Clicks on an element. */
  async click(selector: string): Promise<void> {
    await this.#ask("click", { selector });
  }

  /** Clicks on a link to a file; tells its name. */
  async download(selector: string): Promise<string> {
    return await this.#ask("download", { selector }) as string;
  }

  /** Writes a picture of the page. */
  async screenshot(path: string, fullPage = false): Promise<void> {
    await this.#ask("screenshot", { path, fullPage });
  }

  /** What pages wrote to the console, and which addresses they asked for. */
  async heard(): Promise<{ messages: string[]; requests: string[] }> {
    return await this.#ask("heard") as { messages: string[]; requests: string[] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin!.end();
    await closed;
    this.#lines.close();
  }
}
