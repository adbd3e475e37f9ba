import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A figure in JSON of OTLP; integers may come as text. */
export interface DataPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  readonly asInt?: number | string;
  readonly asDouble?: number;
}

/** A metric in JSON of OTLP. */
export interface ExportedMetric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly sum?: { readonly dataPoints: readonly DataPoint[]; readonly isMonotonic: boolean };
}

/** What one request exports. */
export interface Export {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string };
      readonly metrics: readonly ExportedMetric[];
    }[];
  }[];
}

/** A receiver of OTLP over HTTP that keeps the metrics of one meter. */
export class Receiver implements AsyncDisposable {
  readonly #server: Server;
  readonly #received = Promise.withResolvers<readonly ExportedMetric[]>();

  private constructor(meter: string) {
    this.#server = createServer(async (request, response) => {
      const body = await text(request);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
      if (request.method !== "POST" || request.url !== "/v1/metrics") return;
      const { resourceMetrics } = JSON.parse(body) as Export;
      const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics);
      const found = scopes.find(({ scope }) => scope.name === meter);
      if (found !== undefined) this.#received.resolve(found.metrics);
    });
  }

  /** Starts one on a free port of this machine. */
  static async start(meter: string): Promise<Receiver> {
    const receiver = new Receiver(meter);
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  /** Where exporters send to. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The metrics of the first export. */
  get metrics(): Promise<readonly ExportedMetric[]> {
    return this.#received.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
