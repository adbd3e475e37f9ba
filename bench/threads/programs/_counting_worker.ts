// Receives messages by a channel or by its port, and tells when it has as many as it was told.
import { Channel, type ChannelTicket } from "../../../threads/channel/channel.ts";
import { Record64 } from "./_record.ts";

const here = globalThis as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(message: unknown): void;
};

/** What the first message tells. */
interface Begin {
  readonly ticket: ChannelTicket | undefined;
  readonly messages: number;
  readonly rounds: number;
}

here.onmessage = ({ data }: MessageEvent<Begin>): void => begin(data);

function begin({ ticket, messages, rounds }: Begin): void {
  let count = 0;
  let sum = 0;
  function take({ a }: { readonly a: number }): void {
    sum += a;
    if (++count < messages) return;
    here.postMessage(sum);
    count = sum = 0;
  }
  here.onmessage = ({ data }): void => take(data);
  here.postMessage("ready");
  if (ticket === undefined) return;
  const channel = Channel.attach(ticket, Record64);
  for (let index = 0; index < messages * rounds; index++) take(channel.receive()!);
}
