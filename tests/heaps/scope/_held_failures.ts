/** Holds promises that fail, and handles each failure once, at the promise or at what hold() returns. */
import process from "node:process";
import { ScopePool } from "../../../mod.ts";

using pool = new ScopePool();
const scope = pool.open();
const messages: string[] = [];
const first = Promise.reject(new Error("as asked"));
void scope.hold(first);
await first.catch((error: Error) => messages.push(error.message));
await scope.hold(Promise.reject(new Error("as asked"))).catch((error: Error) => messages.push(error.message));
scope[Symbol.dispose]();
await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(`${messages.join(", ")}, ${pool.live === 0 ? "ended" : "open"}\n`);
