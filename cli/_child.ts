import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { CommandError } from "./_command_error.ts";

/** The signals that end or steer a program by agreement; they are passed on and ended by. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"];

/** Those that a terminal sends to every process in front of it. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/** How often and at which distance in milliseconds this process sends the last signal to itself. */
const LAST_SIGNALS = 200;
const BETWEEN_LAST_SIGNALS = 5;

/**
 * Runs a program in the place of this one: with its terminal, files and signals. Returns the program's exit code; 128
 * and the number of the signal when one ended it, as shells do. When that signal was one to be passed on, this process
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
    return signal === null ? code! : await endLike(program, signal, forward);
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

async function endLike(
  program: string,
  signal: NodeJS.Signals,
  forward: (signal: NodeJS.Signals) => void,
): Promise<number> {
  stopForwarding(forward);
  // A crash is not repeated here: it would write a second core file.
  if (!FORWARDED.includes(signal)) process.stderr.write(`mimalloc run: ${program} was ended by ${signal}\n`);
  else await endBy(signal);
  return 128 + constants.signals[signal];
}

/** Ends this process by `signal`; returns when whoever started it has it ignored. */
async function endBy(signal: NodeJS.Signals): Promise<void> {
  // Deno 2.9 gives a signal back to the system some time after process.off() and swallows those in between.
  for (let sent = 0; sent < LAST_SIGNALS; sent++) {
    process.kill(process.pid, signal);
    await setTimeout(BETWEEN_LAST_SIGNALS);
  }
}

function stopForwarding(forward: (signal: NodeJS.Signals) => void): void {
  for (const signal of FORWARDED) process.off(signal, forward);
}
