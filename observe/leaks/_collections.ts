/** Calls `listener` after garbage collections of the engine, in a task of its own, until what this returns ends it. */
export function onCollection(listener: () => void): Disposable {
  let runs = true;
  const registry = new FinalizationRegistry<undefined>(() => {
    if (!runs) return;
    listener();
    arm();
  });
  const arm = (): void => registry.register({}, undefined);
  arm();
  return {
    [Symbol.dispose]: (): void => {
      runs = false;
    },
  };
}
