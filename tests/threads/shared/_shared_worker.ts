import { parentPort, workerData } from "node:worker_threads";
import { nameThread, SharedView, type SharedViewTicket } from "../../../threads/mod.ts";

/** What the Worker is to do. */
export interface Given {
  readonly ticket: SharedViewTicket;
  readonly todo: "count" | "keep";
  readonly name: string;
  readonly turns: number;
}

const { ticket, todo, name, turns } = workerData as Given;
nameThread(name);
const shared = SharedView.attach<Float64ArrayConstructor>(ticket);
if (todo === "keep") shared.borrow();
for (let turn = 0; turn < turns; turn++) {
  const view = shared.borrow()!;
  // Two at the same time would lose some of the additions.
  for (let index = 0; index < view.length; index++) view[index]! += 1;
  shared.release();
}
if (todo === "count") shared.dispose();
parentPort!.postMessage("done");
// Until it is terminated.
parentPort!.on("message", () => {});
