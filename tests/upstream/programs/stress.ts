/** One thread of the stress tests: allocates, verifies, passes blocks on to other threads and frees theirs. */
import { workerData } from "node:worker_threads";
import { Subprocess, type SubprocessTicket } from "../../../mod.ts";
import { type StressInput, StressThread } from "../_stress.ts";
import { answer } from "./_answer.ts";

const { ticket, ...input } = workerData as StressInput & { ticket?: SubprocessTicket };
answer(() => {
  const thread = new StressThread(input);
  return ticket === undefined ? thread.run() : Subprocess.attach(ticket).run(() => thread.run());
});
