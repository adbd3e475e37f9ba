import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { ROOT } from "../../_program.ts";
import { Browser } from "../dashboard/_browser.ts";

const PAGE = path.join(ROOT, "node_modules/speedscope/dist/release");
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** A row of speedscope's table of functions: `40.00 KB (>99%)`, of the whole and of itself, and the name. */
export type SpeedscopeRow = readonly [total: string, self: string, name: string];

function serve(profile: string | Uint8Array): Server {
  return createServer((request, response) => {
    const name = path.basename(new URL(request.url!, "http://localhost").pathname);
    const type = TYPES[path.extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type });
    response.end(name === "profile" ? profile : readFileSync(path.join(PAGE, name)));
  });
}

/** The head of the table is a table of its own, behind that of the profiles in the file. */
async function readRows(browser: Browser): Promise<SpeedscopeRow[]> {
  const all = `[...document.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`;
  const rows = `((rows) => rows.slice(rows.findIndex(([, , name]) => name === "Symbol Name") + 1))(${all})`;
  await browser.wait(`${rows}.length > 1 && document.body.innerText.includes("Symbol Name")`);
  return await browser.evaluate<SpeedscopeRow[]>(rows);
}

/**
 * What speedscope shows of a profile in a real browser: the functions, those with the most of their own first. Nothing
 * is asked of another host.
 */
export async function readWithSpeedscope(
  profile: string | Uint8Array,
): Promise<{ rows: SpeedscopeRow[]; messages: string[]; strangers: string[] }> {
  const server = serve(profile).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await using browser = new Browser();
    const hash = `profileURL=${encodeURIComponent(`${origin}/profile`)}&view=sandwich`;
    await browser.open({ url: `${origin}/index.html#${hash}` });
    const rows = await readRows(browser);
    const { messages, requests } = await browser.heard();
    return { rows, messages, strangers: requests.filter((request) => new URL(request).origin !== origin) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
