import process from "node:process";

/** The state of a permission of Deno. */
export type PermissionState = "granted" | "denied" | "prompt";

/** The permissions that this library uses, with what for. */
export interface Permissions {
  /** Native calls: needed for everything, without a path behind it. */
  readonly ffi: PermissionState;
  /** Reading files: needed to look for the library. */
  readonly read: PermissionState;
  /** Environment variables: needed for `MIMALLOC_PATH`. */
  readonly env: PermissionState;
  /** Starting programs: needed for `mimalloc run`. */
  readonly run: PermissionState;
}

/** The part of the `Deno` namespace that is used. */
interface DenoNamespace {
  permissions: { querySync(descriptor: { name: string }): { state: PermissionState; partial?: boolean } };
}

/** What Deno permits this process; `undefined` in Bun, which has no permissions. */
export function queryPermissions(): Permissions | undefined {
  const { Deno: deno } = globalThis as unknown as { Deno?: DenoNamespace };
  // In Bun a program may have a `Deno` of its own.
  if (deno === undefined || process.versions["bun"] !== undefined) return undefined;
  const query = (name: string): PermissionState => deno.permissions.querySync({ name }).state;
  return { ffi: query("ffi"), read: query("read"), env: query("env"), run: query("run") };
}

/** Whether Deno permits native calls, but not to every library. */
export function isFfiPartial(): boolean {
  const { Deno: deno } = globalThis as unknown as { Deno?: DenoNamespace };
  if (deno === undefined || process.versions["bun"] !== undefined) return false;
  return deno.permissions.querySync({ name: "ffi" }).partial === true;
}
