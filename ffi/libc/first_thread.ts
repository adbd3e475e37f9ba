import process from "node:process";
import { currentPlatform } from "../platform.ts";
import { libc } from "./libc.ts";

/** Whether this is the thread that the process began with, which lasts as long as that; false where nothing tells it. */
export function onFirstThread(): boolean {
  return currentPlatform().os === "linux" && libc("threads").gettid() === process.pid;
}
