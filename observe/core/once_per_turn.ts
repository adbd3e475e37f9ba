/** Calls `read` once for all who ask before the next microtask: one scrape asks for each metric by itself. */
export function oncePerTurn<T>(read: () => T): () => T {
  let reading: { readonly value: T } | undefined;
  return () => {
    if (reading !== undefined) return reading.value;
    reading = { value: read() };
    queueMicrotask(() => reading = undefined);
    return reading.value;
  };
}
