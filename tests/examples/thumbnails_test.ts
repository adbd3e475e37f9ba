import assert from "node:assert/strict";
import { test } from "node:test";
import { freesAcrossHeaps } from "../../ffi/shared_heaps.ts";
import { library } from "../../mod.ts";
import { generatePicture } from "../../scripts/generate_pictures.mjs";
import { referenceResize } from "../../scripts/start/jobs/reference_resize.mjs";
import { RunningExample } from "./_run_example.ts";

const whereSent = {
  skip: freesAcrossHeaps(library().version) ? false : "3.2 hands over blocks of the main heap alone",
};

test("the thumbnail server has pictures made smaller by Workers, and keeps nothing", whereSent, async () => {
  const server = new RunningExample("thumbnails", ["--port=0", "--workers=2", "--max-body=1000000"]);
  try {
    const [, url] = await server.printed(/Listening on (\S+) with 2 Workers/);
    const post = (body: BodyInit, width: number | string = 20): Promise<Response> =>
      fetch(`${url}/thumbnail?width=${width}`, { method: "POST", body });
    await Promise.all(Array.from({ length: 12 }, async (_, seed) => {
      const response = await post(new Uint8Array(generatePicture({ width: 64 + seed, height: 48, seed })));
      assert.equal(response.status, 200);
      const expected = referenceResize(generatePicture({ width: 64 + seed, height: 48, seed }), 20);
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array(expected));
    }));
    const refused: [Response, number, RegExp][] = [
      [await post("no picture"), 400, /does not begin/],
      [await post(new Uint8Array(1_000_001)), 413, /1000000 bytes/],
      [await post("P6", "wide"), 400, /Cannot take width/],
      [await fetch(`${url}/`), 404, /POST \/thumbnail/],
    ];
    for (const [response, status, reason] of refused) {
      assert.deepEqual([response.status, reason.test(await response.text())], [status, true], String(reason));
    }
    assert.deepEqual(await (await fetch(`${url}/health`)).json(), { liveBytes: 0, liveBlocks: 0 });
    assert.equal(await server.stop(), 0, server.output);
    assert.match(server.output, /0 blocks live\nClosed/);
  } finally {
    server.kill();
  }
});
