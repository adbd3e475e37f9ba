// The little of a browser that the page uses. The library `dom` of TypeScript would give a document and a window to every
// program that imports this package.

/** An element of the page. */
export interface PageElement {
  textContent: string | null;
  className: string;
  hidden: boolean;
  disabled: boolean;
  value: string;
  readonly clientWidth: number;
  readonly parentNode: PageElement | null;
  readonly children: ArrayLike<PageElement> & Iterable<PageElement>;
  readonly style: { width: string };
  append(...parts: (PageElement | string)[]): void;
  replaceChildren(...parts: PageElement[]): void;
  insertBefore(element: PageElement, before: PageElement | null): void;
  remove(): void;
  focus(): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  hasAttribute(name: string): boolean;
  getAttribute(name: string): string | null;
  addEventListener(type: string, listener: (event: { preventDefault(): void }) => void): void;
}

/** The document of the page. */
export interface PageDocument {
  readonly hidden: boolean;
  readonly documentElement: PageElement;
  readonly activeElement: PageElement | null;
  createElement(name: string): PageElement;
  getElementById(id: string): PageElement | null;
  addEventListener(type: string, listener: () => void): void;
}

/** The window of the page. */
export interface PageWindow {
  readonly location: { readonly pathname: string };
  readonly history: { replaceState(state: null, title: string, url: string): void };
  matchMedia(query: string): { addEventListener(type: "change", listener: () => void): void };
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
}

/** Tells when an element changes its size. */
export interface PageResizeObserver {
  observe(element: PageElement): void;
}

/** Columns of a chart: seconds since 1970, then what each line is there; `null` leaves a gap. */
export type ChartData = readonly (readonly (number | null)[])[];

/** A chart of uPlot. */
export interface Chart {
  setData(data: ChartData): void;
  setSize(size: { readonly width: number; readonly height: number }): void;
  redraw(): void;
}

/** The constructor of uPlot. */
export type ChartConstructor = new (options: object, data: ChartData, place: PageElement) => Chart;
