/** Throws because the order of what is iterated over has changed. */
export function refuseOrder(label: string): never {
  throw new Error(
    `Cannot go on iterating over a ${label}: an entry was added, or all have moved or gone; collect first what is to change`,
  );
}
