import type { SubprocessTicket } from "../../heaps/subprocess/subprocess.ts";

/** What the Worker of a plug-in is started with. */
export interface PluginWorkerData {
  /** The module of the plug-in. */
  readonly module: string;
  /** Its sub-process. */
  readonly ticket: SubprocessTicket;
  /** Carries what the two sides tell each other; the module cannot reach it. */
  readonly port: MessagePort;
}

/** What the Worker tells. */
export type PluginNews = "imported";
