import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import process from "node:process";
import { CommandError } from "./_command_error.ts";

/** The signals that end or steer a program by agreement; they are passed on and ended by. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"];

/** Those that a terminal sends to every process in front of it. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/**
 * Runs a program in the place of this one: with its terminal, files and signals.
 * Returns the program's exit code; 128 and the number of the signal when one
 * ended it, as shells do. When that signal was one to be passed on, this process
 * ends by it too.
 *
 * Throws `CommandError` when the program does not start.
 */
export async function runChild(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    if (child?.pid === undefined || (FROM_TERMINAL.includes(signal) && process.stdin.isTTY)) return;
    send(child.pid, signal);
  };
  // Before the start, so that no signal ends this process and leaves the program behind.
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    child = spawn(program, args, { stdio: "inherit", env });
    const [code, signal] = await once(child, "exit") as [number | null, NodeJS.Signals | null];
    return signal === null ? code! : endLike(program, signal, forward);
  } catch (error) {
    throw new CommandError(`Cannot run ${program}: ${(error as Error).message}`, { cause: error });
  } finally {
    stopForwarding(forward);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    // Deno 2.9 reports whatever ChildProcess.kill() sent as the cause of death, whatever the program does with it.
    process.kill(pid, signal);
  } catch (error) {
    // The program may have ended a moment ago.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function endLike(program: string, signal: NodeJS.Signals, forward: (signal: NodeJS.Signals) => void): number {
  stopForwarding(forward);
  if (FORWARDED.includes(signal)) process.kill(process.pid, signal);
  // A crash is not repeated here: it would write a second core file.
  else process.stderr.write(`mimalloc run: ${program} was ended by ${signal}\n`);
  return 128 + constants.signals[signal];
}

function stopForwarding(forward: (signal: NodeJS.Signals) => void): void {
  for (const signal of FORWARDED) process.off(signal, forward);
}
