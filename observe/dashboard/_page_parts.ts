import type { PageDocument, PageElement } from "./_dom.ts";

// These functions run in the browser: they are sent there by their own text, so they use nothing but each other and
// what the browser has.

declare const document: PageDocument;

/** A number as people read it. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** Milliseconds as people read them. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** The element of the page with this `id`. */
export function byId(id: string): PageElement {
  return document.getElementById(id)!;
}

/** A new element with attributes and parts. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...parts: (PageElement | string)[]
): PageElement {
  const made = document.createElement(name);
  for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]!);
  made.append(...parts);
  return made;
}

/** Sets the text of an element; nothing where it has that already, so that a screen reader is not disturbed. */
export function setText(place: PageElement, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

/** A list of names and texts, each pair in an element of its own. */
export function pairs(entries: readonly (readonly [name: string, text: string])[]): PageElement {
  const items = entries.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)));
  return element("dl", {}, ...items);
}
