import { parentPort } from "node:worker_threads";
import { library } from "../../../ffi/mod.ts";

parentPort!.postMessage(library().versionText);
