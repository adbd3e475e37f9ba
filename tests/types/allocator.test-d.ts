import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import {
  type AllocationError,
  type Allocator,
  type AnyView,
  type Arena,
  currentScope,
  deleteHeap,
  expand,
  expressScopes,
  Heap,
  heapOf,
  honoScopes,
  type LeakError,
  type LibraryLoadError,
  mainHeap,
  reallocateZeroed,
  runInScope,
  type Scope,
  ScopePool,
  type UnsupportedError,
  type View,
  type ViewConstructor,
  type WrongThreadError,
} from "@mimalloc/ffi";

declare const allocator: Allocator;
declare const heap: Heap;
declare const scope: Scope;
declare const pool: ScopePool;
declare const arena: Arena;

// Every element type gives its own view, over an ArrayBuffer and nothing shared.
expectType<Int8Array<ArrayBuffer>>(allocator.allocate(Int8Array, 1));
expectType<Uint8Array<ArrayBuffer>>(allocator.allocate(Uint8Array, 1));
expectType<Uint8ClampedArray<ArrayBuffer>>(
  allocator.allocate(Uint8ClampedArray, 1),
);
expectType<Int16Array<ArrayBuffer>>(allocator.allocate(Int16Array, 1));
expectType<Uint16Array<ArrayBuffer>>(allocator.allocate(Uint16Array, 1));
expectType<Int32Array<ArrayBuffer>>(allocator.allocate(Int32Array, 1));
expectType<Uint32Array<ArrayBuffer>>(allocator.allocate(Uint32Array, 1));
expectType<BigInt64Array<ArrayBuffer>>(allocator.allocate(BigInt64Array, 1));
expectType<BigUint64Array<ArrayBuffer>>(allocator.allocate(BigUint64Array, 1));
expectType<Float16Array<ArrayBuffer>>(allocator.allocate(Float16Array, 1));
expectType<Float32Array<ArrayBuffer>>(allocator.allocate(Float32Array, 1));
expectType<Float64Array<ArrayBuffer>>(allocator.allocate(Float64Array, 1));
expectType<DataView<ArrayBuffer>>(allocator.allocate(DataView, 1));
expectType<Float64Array<ArrayBuffer>>(
  allocator.allocateZeroed(Float64Array, 1),
);
expectType<BigInt64Array<ArrayBuffer>>(heap.allocate(BigInt64Array, 1));
expectType<Uint32Array<ArrayBuffer>>(
  scope.allocate(Uint32Array, 1, { alignment: 64 }),
);

// The choice of a class at run time gives the union of both views.
declare const either: Uint8ArrayConstructor | Float64ArrayConstructor;
expectType<Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  allocator.allocate(either, 1),
);
expectType<Float16Array<ArrayBuffer>>({} as View<Float16ArrayConstructor>);

// Only view classes, only numbers, only known options.
expectError(allocator.allocate(Array, 4));
expectError(allocator.allocate(ArrayBuffer, 4));
expectError(allocator.allocate(Float64Array, 4n));
expectError(allocator.allocate(Float64Array, "4"));
expectError(allocator.allocate(Float64Array));
expectError(allocator.allocate("float64", 4));
expectError(allocator.allocate(Float64Array, 4, { align: 64 }));
expectError(allocator.allocateZeroed(Map, 4));
expectNotAssignable<ViewConstructor>(SharedArrayBuffer);
expectAssignable<ViewConstructor>(Float16Array);

// Reallocating keeps the type.
expectType<Float64Array<ArrayBuffer>>(
  allocator.reallocate(allocator.allocate(Float64Array, 1), 2),
);
expectType<DataView<ArrayBuffer>>(
  heap.reallocate(heap.allocate(DataView, 1), 2),
);
expectError(allocator.reallocate([1, 2], 2));

// Freeing takes a view over an ArrayBuffer.
expectType<void>(allocator.free(allocator.allocate(Uint8Array, 1)));
expectError(allocator.free(new ArrayBuffer(8)));
expectError(allocator.free(new Uint8Array(new SharedArrayBuffer(8))));
expectAssignable<AnyView>(allocator.allocate(DataView, 1));

// Bytes and text are copied in.
expectType<Uint8Array<ArrayBuffer>>(allocator.bytes(new SharedArrayBuffer(8)));
expectType<Uint8Array<ArrayBuffer>>(allocator.bytes([1, 2, 3]));
expectType<Uint8Array<ArrayBuffer>>(allocator.text("text"));
expectError(allocator.bytes("text"));
expectError(allocator.text(1));

// What is counted is read, not set.
expectType<number>(allocator.limit);
expectType<number>(allocator.liveBytes);
expectType<number>(allocator.liveBlocks);
expectType<boolean>(allocator.closed);
expectError(allocator.liveBytes = 0);

// Heaps and scopes are allocators and disposables.
expectAssignable<Allocator>(heap);
expectAssignable<Allocator>(scope);
expectAssignable<Disposable>(allocator);
expectAssignable<Disposable>(pool);
expectType<Heap>(new Heap({ name: "index", limit: 1024, arena }));
expectError(new Heap({ limit: "1024" }));
expectError(new Heap({ size: 1024 }));
expectType<boolean>(heap.owns(scope.bytes([])));
expectType<number>(heap.escapedBlocks);

// A pool hands on what its task returns.
expectType<ScopePool>(new ScopePool({ arena, chunkBytes: 65536 }));
expectType<Scope>(pool.open());
expectType<number>(pool.run((inside) => inside.liveBytes));
expectType<Promise<string>>(pool.run(async () => await Promise.resolve("")));
expectType<Promise<string>>(scope.hold(Promise.resolve("")));

// Errors are what their base says, and carry figures.
declare const allocationError: AllocationError;
expectAssignable<RangeError>(allocationError);
expectType<number>(allocationError.requested);
expectType<number>(allocationError.limit);
declare const leakError: LeakError;
expectType<number>(leakError.blocks);
expectAssignable<Error>({} as LibraryLoadError);
expectAssignable<Error>({} as UnsupportedError);
expectAssignable<Error>({} as WrongThreadError);

// Functions on views keep the class of the view.
expectType<Float64Array<ArrayBuffer> | undefined>(expand(heap.allocate(Float64Array, 2), 3));
expectType<Float64Array<ArrayBuffer>>(reallocateZeroed(allocator, heap.allocateZeroed(Float64Array, 2), 3));
expectType<Heap | ScopePool | undefined>(heapOf(heap.bytes([1])));
expectType<Heap>(mainHeap());
expectType<Heap>(deleteHeap(heap));
expectError(deleteHeap(allocator));
expectError(expand([1, 2], 3));

// What comes from outside is bytes.
declare const request: Request;
expectType<Promise<Uint8Array<ArrayBuffer>>>(heap.readFile("file"));
expectType<Promise<Uint8Array<ArrayBuffer>>>(scope.readFile(new URL("file:///file")));
expectType<Promise<Uint8Array<ArrayBuffer>>>(scope.read(request, { limit: 100 }));
expectType<Promise<Uint8Array<ArrayBuffer>>>(heap.read(request.body));
expectType<Uint8Array<ArrayBuffer>>(scope.inflate(new Uint8Array(1), { byteLength: 10 }));
expectError(heap.readFile(5));
expectError(heap.read("text"));
expectError(heap.inflate(new Uint8Array(1)));
expectError(heap.inflate(new Uint8Array(1), {}));

// Requests have scopes.
expectType<Scope>(currentScope());
expectType<Promise<string>>(runInScope(pool, (given) => Promise.resolve(given.name)));
expectAssignable<(context: { req: string }, next: () => Promise<void>) => Promise<void>>(honoScopes(pool));
expectType<number | undefined>(pool.suggestedChunkBytes);
expectType<number>(pool.peakScopeBytes);
expectError(expressScopes(heap));
