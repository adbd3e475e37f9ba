/**
 * Sessions of users under tokens: `sessions.ts <arm> <sessions>`. Prints what a request takes of the processor, garbage
 * collection included, and what the sessions hold.
 */
import { LRUCache } from "lru-cache";
import process from "node:process";
import { Heap } from "../../../heaps/heap/heap.ts";
import { f64, LruMap, struct, text, u32 } from "../../../stl/mod.ts";
import { chosen, print, requireSum, residentBytes } from "./_process.ts";

const SESSIONS = Number(process.argv[3]);
const REQUESTS = SESSIONS * 4;
const TTL = 3_600_000;

interface Session {
  user: number;
  started: number;
  seen: number;
  requests: number;
  page: string;
}

/** The token of a user, as a request brings it: a text that nobody has seen before. */
function tokenOf(user: number): string {
  const first = Math.imul(user + 1, 0x9e3779b1) >>> 0;
  const second = Math.imul(user ^ 0x5bd1e995, 0x85ebca6b) >>> 0;
  return second.toString(16).padStart(8, "0") + first.toString(16).padStart(8, "0");
}

function pageOf(user: number): string {
  return `/shelves/${user % 1000}/books`;
}

let random = 1;
let fresh = 0;
/** The user of the next request: 19 of 20 times one of the older ones, else a new one. */
function nextUser(): number {
  random = Math.imul(random, 1664525) + 1013904223 | 0;
  if ((random >>> 8) % 20 === 0) return fresh++;
  return fresh - 1 - (Math.imul(random, 0x9e3779b1) >>> 0) % (SESSIONS / 2);
}

/** Answers a request of a user; how many requests the session had, this one included. */
type Answer = (token: string, user: number, time: number) => number;

function withCache(): Answer {
  const sessions = new LRUCache<string, Session>({ max: SESSIONS, ttl: TTL });
  return (token, user, time) => {
    const session = sessions.get(token);
    if (session === undefined) {
      sessions.set(token, { user, started: time, seen: time, requests: 1, page: pageOf(user) });
      return 1;
    }
    session.seen = time;
    return ++session.requests;
  };
}

function withMap(): Answer {
  const Session = struct({ user: u32, started: f64, seen: f64, requests: u32, page: text(24) });
  const allocator = new Heap({ name: "sessions" });
  const sessions = new LruMap(text(16), Session, { allocator, maxEntries: SESSIONS, ttl: TTL });
  let [now, requests] = [0, 0];
  const see = (session: { seen: number; requests: number }): void => {
    session.seen = now;
    requests = ++session.requests;
  };
  return (token, user, time) => {
    now = time;
    if (sessions.update(token, see)) return requests;
    sessions.set(token, { user, started: time, seen: time, requests: 1, page: pageOf(user) });
    return 1;
  };
}

/** What all arms come to for 500,000 sessions. */
const SUM = 10_145_578;

const before = residentBytes();
const answer = chosen<() => Answer>({ "lru-cache": withCache, LruMap: withMap })();

function answerSome(count: number): number {
  let sum = 0;
  for (let request = 0; request < count; request++) {
    const user = nextUser();
    sum += answer(tokenOf(user), user, request);
  }
  return sum;
}

for (let user = 0; user < SESSIONS; user++) {
  fresh++;
  answer(tokenOf(user), user, 0);
}
let sum = 0;
const start = process.cpuUsage();
for (let done = 0; done < REQUESTS; done += 1000) sum += answerSome(1000);
const { user, system } = process.cpuUsage(start);
requireSum("requests of sessions", sum, SUM);
print({ request: (user + system) * 1e3 / REQUESTS, resident: (residentBytes() - before) / 2 ** 20 });
// Until here the sessions are no garbage.
if (!(answer(tokenOf(fresh - 1), fresh - 1, 0) > 1)) throw new Error("Cannot trust the memory: a session is gone");
