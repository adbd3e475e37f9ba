import assert from "node:assert/strict";
import { test } from "node:test";
import { createHandler } from "../../examples/request_scopes/handler.ts";
import { createScopesArm } from "../../examples/core/scopes_arm.ts";
import { ofArenas } from "../_arenas.ts";

const MiB = 2 ** 20;
const HEADER = "station,timestamp,temperature,humidity,pressure,wind_speed";
const ROW = "A,2024-05-31T09:30:00Z,1,2,3,4";

function request(body: BodyInit): Request {
  return new Request("http://localhost/summary", {
    method: "POST",
    body,
    ...(body instanceof ReadableStream && { duplex: "half" }),
  } as RequestInit);
}

/** A body of so many MiB that arrives in pieces. */
function longBody(count: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller): void {
      controller.enqueue(new Uint8Array(MiB));
      if (--count === 0) controller.close();
    },
  });
}

test("the scopes arm answers 413 when a request passes its limit, and goes on", ofArenas, async () => {
  const arm = createScopesArm({ limit: 2 * MiB });
  const handle = createHandler(arm, 64 * MiB);
  const refused = await handle(request(longBody(3)));
  assert.equal(refused.status, 413);
  assert.match((await refused.json()).error, /limit is 2097152 bytes/);
  assert.equal(arm.figures()!.liveBytes, 0);
  const good = await handle(request(`${HEADER}\n${ROW}\n`));
  assert.equal(good.status, 200);
  assert.equal(arm.figures()!.opened, 2);
  assert.equal(arm.figures()!.destroyed, 2);
  arm.close();
});

test("the scopes arm answers 503 when the arena is full, and goes on", ofArenas, async () => {
  const arm = createScopesArm({ arenaBytes: 32 * MiB, limit: 1024 * MiB });
  const handle = createHandler(arm, 256 * MiB);
  const refused = await handle(request(longBody(80)));
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.match((await refused.json()).error, /^Cannot allocate/);
  assert.equal(arm.figures()!.liveBytes, 0);
  const good = await handle(request(`${HEADER}\n${ROW}\n`));
  assert.equal(good.status, 200);
  assert.equal(arm.figures()!.live, 0);
  arm.close();
});

test("the scopes arm gives everything back when a file is bad", ofArenas, async () => {
  const arm = createScopesArm();
  const handle = createHandler(arm, 64 * MiB);
  for (let turn = 0; turn < 50; turn++) {
    const body = `${HEADER}\n${`${ROW}\n`.repeat(turn * 100)}A,now,1,2,3,4`;
    const response = await handle(request(body));
    assert.equal(response.status, 400);
    assert.equal((await response.json()).line, turn * 100 + 2);
    assert.equal(arm.figures()!.liveBytes, 0);
  }
  const { opened, destroyed, live, escapedBlocks, quarantinedBlocks } = arm.figures()!;
  assert.deepEqual(
    [opened, destroyed, live, escapedBlocks, quarantinedBlocks],
    [50, 50, 0, 0, 0],
  );
  arm.close();
});

test("the scopes arm refuses only for lack of memory", ofArenas, () => {
  const arm = createScopesArm();
  assert.equal(arm.refusal(new RangeError("Invalid array length")), undefined);
  assert.equal(arm.refusal(undefined), undefined);
  arm.close();
});
