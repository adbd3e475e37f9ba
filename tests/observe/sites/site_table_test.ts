import assert from "node:assert/strict";
import { test } from "node:test";
import { SiteTable } from "../../../observe/sites/site_table.ts";

/** A stack of three calls; the middle one is at `place`. */
function stackOf(place: string, outermost = "/shop/main.ts:1:1"): Error {
  return { stack: `Error\n    at begin (/shop/crowd.ts:24:5)\n    at answer (${place})\n    at ${outermost}` } as Error;
}

test("SiteTable has one site for each stack, and no more than there is room for", () => {
  const table = new SiteTable(2);
  const site = table.find(stackOf("/shop/load.ts:55:7"));
  assert.equal(table.find(stackOf("/shop/load.ts:55:7")), site);
  assert.notEqual(table.find(stackOf("/shop/load.ts:56:7")), site);
  assert.equal(table.find(stackOf("/shop/load.ts:57:7")), table.other);
  assert.deepEqual([table.size, table.dropped], [2, 1]);
});

test("SiteTable takes a stack in which Bun tells no place of a call for the same calls with their places", () => {
  const table = new SiteTable(10);
  const site = table.find(stackOf("/shop/load.ts:55:7"));
  assert.equal(table.find(stackOf("unknown")), site);
  assert.equal(table.find(stackOf("unknown")), site);
  assert.match(site.stack, /answer \(.*load\.ts:55:7\)/);
  assert.notEqual(table.find(stackOf("unknown", "/shop/other.ts:1:1")), site);
});

test("SiteTable gives a site the places that Bun tells later", () => {
  const table = new SiteTable(10);
  const site = table.find(stackOf("unknown"));
  assert.match(site.stack, /unknown/);
  assert.equal(table.find(stackOf("/shop/load.ts:55:7")), site);
  assert.match(site.stack, /answer \(.*load\.ts:55:7\)/);
  assert.notEqual(table.find(stackOf("/shop/load.ts:55:7", "/shop/other.ts:1:1")), site);
  assert.equal(table.find(stackOf("unknown")), site);
});
