import assert from "node:assert/strict";
import { test } from "node:test";
import { library } from "../../../mod.ts";
import { runProgram } from "../../_program.ts";

const { encodedFreeLists, type } = library().build;
const isArmed = encodedFreeLists === true && type !== "debug";
const options = isArmed ? {} : { skip: "the library under test is no secure build" };

const ENDS = ["nothing", "onOutput()", "onError()", "onError() that is disposed of"];
const GOES_ON = "onError() that survives";

for (const listen of [...ENDS, GOES_ON]) {
  const outcome = listen === GOES_ON ? "goes on and tells" : "ends the process";
  test(`a secure build that finds corrupted memory ${outcome} with: ${listen}`, options, async () => {
    const { code, signal, stdout } = await runProgram("tests/heaps/hooks/programs/corrupt.ts", {
      environment: { LISTEN: listen },
    });
    if (listen === GOES_ON) assert.deepEqual([code, stdout], [0, "survived true\n"]);
    else assert.deepEqual([code === 134 || signal === "SIGABRT", stdout], [true, ""], `${code} ${signal}`);
  });
}
