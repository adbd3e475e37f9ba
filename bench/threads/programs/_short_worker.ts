// Does what its first message says, and nothing else.

const here = globalThis as unknown as {
  onmessage: (event: MessageEvent<string>) => void;
  postMessage(message: unknown): void;
};

here.onmessage = async ({ data: arm }): Promise<void> => {
  if (arm === "dlopen alone") {
    const { bare } = await import("../../_bare.ts");
    here.postMessage(bare.version);
  } else if (arm === "a heap left open") {
    const { Heap } = await import("../../../heaps/mod.ts");
    here.postMessage(new Heap().allocate(Uint8Array, 1000).length);
  } else here.postMessage(0);
};
