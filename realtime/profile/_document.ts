import { createHash } from "node:crypto";
import { library } from "../../ffi/library/library.ts";
import { shown } from "../../heaps/argument.ts";
import { PAGE_KINDS, sizeClasses } from "../core/size_classes.ts";
import type { ProfileClass, ProfileData, ProfileDocument, ProfilePages, ProfileSingle } from "./profile_data.ts";
import { ProfileError } from "./profile_error.ts";

const FORMAT = "mimalloc allocation profile";
const FORMAT_VERSION = 1;

/** The most that any figure of a profile can be. */
const MOST = 2 ** 48;

/** The document of `data`, with its checksum. */
export function toDocument(data: ProfileData): ProfileDocument {
  const body = { format: FORMAT, formatVersion: FORMAT_VERSION, ...copyOf(data) } as const;
  return { ...body, checksum: checksumOf(body) };
}

/** The figures of `value`; throws {@linkcode ProfileError} for what {@linkcode toDocument} did not make here. */
export function readDocument(value: unknown, place: string): ProfileData {
  const document = objectOf(value, place, "the profile") as Partial<Record<keyof ProfileDocument, unknown>>;
  if (document.format !== FORMAT) damaged(place, `its format is ${shown(document.format)} instead of "${FORMAT}"`);
  if (document.formatVersion !== FORMAT_VERSION) {
    const reason = `it has version ${shown(document.formatVersion)} of the form, and ${FORMAT_VERSION} is known`;
    throw new ProfileError(`Cannot read ${place}: ${reason}`, "version");
  }
  const data = readData(document, place);
  const { checksum } = toDocument(data);
  if (document.checksum !== checksum) damaged(place, "its checksum is not that of its contents");
  requireFit(data, place);
  return data;
}

/** The members in the order in which they are summed up, and nothing else. */
function copyOf({ mimalloc, classes, singles, pages }: ProfileData): ProfileData {
  return {
    mimalloc,
    classes: classes.map(({ blockBytes, pageBytes, blocksPerPage, peakBlocks, peakPages }) => ({
      blockBytes,
      pageBytes,
      blocksPerPage,
      peakBlocks,
      peakPages,
    })),
    singles: singles.map(({ blockBytes, peakBlocks }) => ({ blockBytes, peakBlocks })),
    pages: toPages((kind) => ({ peakPages: pages[kind].peakPages, peakBytes: pages[kind].peakBytes })),
  };
}

/** One entry for each kind of pages. */
export function toPages(pagesOf: (kind: keyof ProfileData["pages"]) => ProfilePages): ProfileData["pages"] {
  return Object.fromEntries(PAGE_KINDS.map((kind) => [kind, pagesOf(kind)])) as unknown as ProfileData["pages"];
}

function checksumOf(body: Omit<ProfileDocument, "checksum">): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex");
}

function readData(document: Partial<Record<keyof ProfileDocument, unknown>>, place: string): ProfileData {
  if (typeof document.mimalloc !== "string") damaged(place, "it names no version of mimalloc");
  const kinds = objectOf(document.pages, place, "pages");
  return {
    mimalloc: document.mimalloc,
    classes: listOf(document.classes, place, "classes").map((entry): ProfileClass => ({
      blockBytes: figure(entry, "blockBytes", place),
      pageBytes: figure(entry, "pageBytes", place),
      blocksPerPage: figure(entry, "blocksPerPage", place),
      peakBlocks: figure(entry, "peakBlocks", place),
      peakPages: figure(entry, "peakPages", place),
    })),
    singles: listOf(document.singles, place, "singles").map((entry): ProfileSingle => ({
      blockBytes: figure(entry, "blockBytes", place),
      peakBlocks: figure(entry, "peakBlocks", place),
    })),
    pages: toPages((kind) => {
      const entry = objectOf(kinds[kind], place, `pages.${kind}`);
      return { peakPages: figure(entry, "peakPages", place), peakBytes: figure(entry, "peakBytes", place) };
    }),
  };
}

function objectOf(value: unknown, place: string, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  damaged(place, `${name} is ${shown(value)}`);
}

function listOf(value: unknown, place: string, name: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) damaged(place, `${name} is ${shown(value)}`);
  const entries = value.map((entry, index) => objectOf(entry, place, `${name}[${index}]`));
  entries.forEach(({ blockBytes }, index) => {
    const before = entries[index - 1]?.["blockBytes"];
    if (index > 0 && !(Number(before) < Number(blockBytes))) damaged(place, `the sizes of ${name} do not rise`);
  });
  return entries;
}

function figure(entry: Record<string, unknown>, name: string, place: string): number {
  const value = entry[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST) return value as number;
  damaged(place, `${name} is ${shown(value)}`);
}

function damaged(place: string, reason: string): never {
  throw new ProfileError(`Cannot read ${place}: ${reason}; it was damaged or is no allocation profile`, "damaged");
}

function requireFit({ mimalloc, classes }: ProfileData, place: string): void {
  const { versionText } = library();
  const way = "record it anew";
  if (mimalloc !== versionText) {
    const reason = `it was recorded on mimalloc ${mimalloc}, and ${versionText} is loaded`;
    throw new ProfileError(`Cannot use ${place}: ${reason}, ${way}`, "version");
  }
  const { list } = sizeClasses();
  for (const recorded of classes) {
    const own = list.find(({ blockBytes }) => blockBytes === recorded.blockBytes);
    if (own?.pageBytes === recorded.pageBytes) continue;
    const { blockBytes, pageBytes } = recorded;
    const found = own === undefined ? "there are none" : `they are in pages of ${own.pageBytes}`;
    const reason = `its blocks of ${blockBytes} bytes are in pages of ${pageBytes}, and here ${found}`;
    throw new ProfileError(`Cannot use ${place}: ${reason}, so it is of another build; ${way}`, "sizes");
  }
}
