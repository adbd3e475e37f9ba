import assert from "node:assert/strict";
import { test } from "node:test";
import type { Arm } from "../../examples/core/arm.ts";
import { createOrdinaryArm } from "../../examples/core/ordinary_arm.ts";
import { createScopesArm } from "../../examples/core/scopes_arm.ts";
import { createHandler } from "../../examples/images/handler.ts";
import { resize } from "../../examples/images/resize.ts";
import { generatePicture } from "../../scripts/generate_pictures.mjs";
import { referenceResize } from "../../scripts/start/jobs/reference_resize.mjs";
import { ofArenas } from "../_arenas.ts";
import { DIRTY_MEMORY } from "./_ordinary_memory.ts";
import { RunningExample } from "./_run_example.ts";

const MOST_BYTES = 2 ** 20;

function arms(): Arm[] {
  return [createScopesArm({ arenaBytes: 2 ** 26, limit: 2 ** 23 }), createOrdinaryArm()];
}

function post(handler: (request: Request) => Promise<Response>, body: BodyInit, query = "width=10"): Promise<Response> {
  const length = body instanceof Uint8Array ? { "content-length": String(body.length) } : undefined;
  return handler(new Request(`http://localhost/resize?${query}`, { method: "POST", body, headers: length ?? {} }));
}

test("a picture is made smaller as the reference does it, whatever its size, in both arms", ofArenas, async () => {
  for (const arm of arms()) {
    const handler = createHandler(arm, MOST_BYTES);
    for (const [width, height, to] of [[64, 48, 16], [63, 47, 20], [50, 50, 50], [7, 200, 3], [200, 1, 1]] as const) {
      const picture = new Uint8Array(generatePicture({ width, height, seed: width }));
      const response = await post(handler, picture, `width=${to}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "image/x-portable-pixmap");
      const expected = referenceResize(generatePicture({ width, height, seed: width }), to);
      assert.deepEqual(new Uint8Array(await response.arrayBuffer()), new Uint8Array(expected));
    }
    const figures = arm.figures();
    if (figures !== undefined) assert.deepEqual([figures.opened, figures.destroyed, figures.liveBytes], [5, 5, 0]);
    arm.close();
  }
});

test("the mean of light is not that of bytes, and one colour stays itself", () => {
  const pixels = Uint8Array.of(0, 0, 0, 255, 255, 255);
  const [, small] = [
    resize({ width: 2, height: 1, pixels }, 2, DIRTY_MEMORY),
    resize({ width: 2, height: 1, pixels }, 1, DIRTY_MEMORY),
  ];
  assert.deepEqual([...small.subarray(-3)], [188, 188, 188]);
  for (let byte = 0; byte < 256; byte += 15) {
    const grey = new Uint8Array(27).fill(byte);
    assert.ok(Math.abs(resize({ width: 3, height: 3, pixels: grey }, 1, DIRTY_MEMORY).at(-1)! - byte) <= 1);
  }
});

test("what is no picture is refused, and nothing stays behind", ofArenas, async () => {
  const good = new Uint8Array(generatePicture({ width: 8, height: 8, seed: 1 }));
  const text = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const cases: [body: BodyInit, query: string, status: number, reason: RegExp][] = [
    [text("P5\n1 1\n255\nx"), "width=1", 400, /does not begin/],
    [text("P6\n0 1\n255\n"), "width=1", 400, /0 × 1 pixels/],
    [text("P6\n1 99999\n255\n"), "width=1", 400, /1 × 99999 pixels/],
    [text("P6\n1 1\n65535\nabcdef"), "width=1", 400, /go up to 65535/],
    [good.subarray(0, -1), "width=1", 400, /191 bytes follow its head, and 8 × 8 pixels have 192/],
    [good, "width=9", 400, /width=9/],
    [good, "width=x", 400, /width=x/],
    [good, "", 400, /width=/],
    [new Uint8Array(MOST_BYTES + 1), "width=1", 413, /1048576/],
  ];
  for (const arm of arms()) {
    const handler = createHandler(arm, MOST_BYTES);
    for (const [body, query, status, reason] of cases) {
      const response = await post(handler, body, query);
      assert.equal(response.status, status, `${reason}`);
      assert.match((await response.json() as { error: string }).error, reason);
    }
    const stream = new Blob([good]).stream();
    const unknown = new Request(
      "http://localhost/resize?width=1",
      { method: "POST", body: stream, duplex: "half" } as RequestInit,
    );
    assert.equal((await handler(unknown)).status, 411);
    assert.equal((await handler(new Request("http://localhost/resize"))).status, 405);
    const figures = arm.figures();
    if (figures !== undefined) assert.equal(figures.liveBytes, 0);
    arm.close();
  }
});

test("a picture too large for the limit of a request is refused, and the next one is answered", ofArenas, async () => {
  const arm = createScopesArm({ arenaBytes: 2 ** 26, limit: 2 ** 20 });
  const handler = createHandler(arm, 2 ** 20);
  const large = new Uint8Array(generatePicture({ width: 500, height: 500, seed: 1 }));
  assert.equal((await post(handler, large)).status, 413);
  const small = new Uint8Array(generatePicture({ width: 50, height: 50, seed: 1 }));
  assert.equal((await post(handler, small)).status, 200);
  assert.equal(arm.figures()!.liveBytes, 0);
  arm.close();
});

test("examples/images.ts answers over HTTP and ends with nothing live", ofArenas, async () => {
  const server = new RunningExample("images", ["--port=0"]);
  try {
    const [, url] = await server.printed(/Listening on (\S+) \(scopes\)/);
    const picture = generatePicture({ width: 320, height: 200, seed: 1 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const response = await fetch(`${url}/resize?width=33`, { method: "POST", body: new Uint8Array(picture) });
        return new Uint8Array(await response.arrayBuffer());
      }),
    );
    const expected = new Uint8Array(referenceResize(picture, 33));
    for (const answer of answers) assert.deepEqual(answer, expected);
    assert.equal(await server.stop(), 0);
    assert.match(
      server.output,
      /8 scopes opened, 8 destroyed; 0 bytes live, 0 blocks escaped, 0 in quarantine\nClosed\n$/,
    );
  } finally {
    server.kill();
  }
});
