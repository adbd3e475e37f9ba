// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { join } from "node:path";
import { fetchPackages } from "../allocators/fetch_packages.mjs";
import { findFile } from "../allocators/offers.mjs";
import { listLibraries } from "../setup/libraries.mjs";

/**
 * One way to allocate in the twin in C.
 *
 * @typedef {object} TwinArm
 * @property {string} name For tables
 * @property {string} kind What the twin calls it
 * @property {string} [version] Of mimalloc, where it is that
 * @property {Record<string, string>} environment
 * @property {string} [reason] Why it cannot be measured here
 */

const VARIANTS = ["plain", "page", "segment"];

/**
 * Every mimalloc of `.mimalloc/` in three ways, and what they are compared with: talloc and jemalloc of the machine's own
 * packages, TLSF, glibc.
 *
 * @param {string} root The project
 * @param {(line: string) => void} report
 * @returns {Promise<TwinArm[]>}
 */
export async function listTwinArms(root, report) {
  const fetched = await fetchPackages(
    root,
    [{ name: "talloc", packages: [["libtalloc2"]] }, { name: "jemalloc", packages: [["libjemalloc2"]] }],
    report,
  );
  const mimallocs = listLibraries(join(root, ".mimalloc")).flatMap(({ version, path }) =>
    VARIANTS.map((kind) => ({
      name: `mimalloc ${version} ${kind}`,
      kind,
      version,
      environment: { MIMALLOC_PATH: path },
    }))
  );
  return [
    ...mimallocs,
    { name: "TLSF", kind: "tlsf", environment: {} },
    packaged(fetched.get("talloc"), "talloc", "talloc", "libtalloc.so.2", "TALLOC_PATH"),
    { name: "glibc", kind: "system", environment: {} },
    packaged(fetched.get("jemalloc"), "jemalloc", "system", "libjemalloc.so.2", "LD_PRELOAD"),
  ];
}

/** @returns {TwinArm} */
function packaged(fetched, name, kind, file, variable) {
  if ("reason" in fetched) return { name, kind, environment: {}, reason: fetched.reason };
  const path = findFile(fetched.directory, file);
  if (path === undefined) return { name, kind, environment: {}, reason: `the package holds no ${file}` };
  return { name: `${name} ${fetched.version}`, kind, environment: { [variable]: path } };
}
