import { parentPort } from "node:worker_threads";
import { Arena, arenas, arenasText } from "../../../mod.ts";

using _arena = Arena.reserve(32 * 2 ** 20, { name: "of the worker" });
let refusal = "";
try {
  arenasText();
} catch (error) {
  refusal = (error as Error).message;
}
parentPort?.postMessage({ names: arenas().map(({ name }) => name), refusal });
