import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { loadLibrary } from "../../../ffi/mod.ts";
import { runProgram, RUNTIME } from "../../_program.ts";
import { loadInChild, refuseInChild } from "../library/_load.ts";

const options = { skip: RUNTIME === "bun" };
const LIBRARY = loadLibrary().path;
const FFI_MESSAGE = "Cannot open libmimalloc: Deno has no permission for native calls, run again with " +
  "--allow-ffi (without a path, because views of native memory need it)";

async function refuse(...permissions: string[]): ReturnType<typeof refuseInChild> {
  return await refuseInChild({
    permissions,
    environment: { MIMALLOC_PATH: LIBRARY },
  });
}

test("without --allow-ffi the error names the flag", options, async () => {
  for (const permissions of [["--allow-read", "--allow-env"], ["--allow-read", "--allow-env", "--deny-ffi"], []]) {
    const { message, permission } = await refuse(...permissions);
    assert.deepEqual({ message, permission }, { message: FFI_MESSAGE, permission: "--allow-ffi" });
  }
});

test("with --allow-ffi=<path> the error says that the flag takes no path", options, async () => {
  const { message, permission } = await refuse(`--allow-ffi=${LIBRARY}`, "--allow-read", "--allow-env");
  assert.deepEqual({ message, permission }, { message: FFI_MESSAGE, permission: "--allow-ffi" });
});

test("without --allow-read the error names the flag with the file", options, async () => {
  const { message, permission, searched } = await refuse("--allow-ffi", "--allow-env");
  assert.equal(permission, `--allow-read=${LIBRARY}`);
  assert.ok(message.includes(`Run again with --allow-read=${LIBRARY} to let it look there`), message);
  assert.deepEqual(searched, [{
    place: LIBRARY,
    reason: `it may not be read, run again with --allow-read=${LIBRARY}`,
  }]);
});

test("without --allow-read and without a path the error names the flag for all places", options, async () => {
  const { message, permission, searched = [] } = await refuse("--allow-ffi");
  assert.equal(permission, "--allow-read");
  assert.ok(message.includes("Run again with --allow-read to let it look there"), message);
  assert.ok(searched.length > 1);
  for (const { place, reason } of searched) {
    assert.equal(reason, `it may not be read, run again with --allow-read=${place}`);
  }
});

test("without --allow-env the library loads, and MIMALLOC_PATH counts as unset", options, async () => {
  const [loaded] = await loadInChild({
    permissions: ["--allow-ffi", "--allow-read"],
    arguments: [LIBRARY],
    environment: { MIMALLOC_PATH: "/nowhere/libmimalloc.so" },
  });
  assert.equal(loaded?.path, LIBRARY);
});

test("--allow-ffi and --allow-read of the directory are enough", options, async () => {
  const [loaded] = await loadInChild({
    permissions: ["--allow-ffi", `--allow-read=${path.dirname(LIBRARY)}`],
    arguments: [LIBRARY],
  });
  assert.equal(loaded?.path, LIBRARY);
});

test(
  "Deno's permission for native calls that was given back is told of, and the process ends well",
  options,
  async () => {
    const { code, stdout, stderr } = await runProgram("tests/ffi/runtime/_revoking.ts");
    const refused = "LibraryLoadError --allow-ffi";
    assert.deepEqual({ code, stdout }, { code: 0, stdout: `${refused}, ${refused}, done, done` }, stderr);
  },
);

test("the library opens where Deno denies native calls to another one", options, async () => {
  const { code, stdout, stderr } = await runProgram("tests/ffi/runtime/_revoking.ts", {
    permissions: ["--allow-ffi", "--allow-read", "--allow-env", "--deny-ffi=/other.so"],
  });
  assert.match(stdout, /done, done$/, stderr);
  assert.equal(code, 0, stderr);
});
