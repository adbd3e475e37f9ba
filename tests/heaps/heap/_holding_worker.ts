import { parentPort } from "node:worker_threads";

let held: Uint8Array | undefined;

// Keeps the view that it is sent, and tells its bytes whenever it is asked.
parentPort?.on("message", (message: Uint8Array | "bytes") => {
  if (message !== "bytes") held = message;
  parentPort?.postMessage(Array.from(held ?? []));
});
