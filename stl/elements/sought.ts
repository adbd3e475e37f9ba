const views = new WeakSet<DataView>();

/** A view of memory in which values are only put together to look for them. */
export function soughtView(memory: ArrayBuffer): DataView<ArrayBuffer> {
  const view = new DataView(memory);
  views.add(view);
  return view;
}

/**
 * Whether what is stored in `view` is only looked for, so that it must be whole. Code of the program that runs meanwhile,
 * as a getter of the value, stores through other views.
 */
export function isSought(view: DataView<ArrayBuffer>): boolean {
  return views.has(view);
}
