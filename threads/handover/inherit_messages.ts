import { type HandedThing, Outbox } from "./_outbox.ts";

/** Takes over what a Worker had sent that has ended: what nobody receives is freed as if this thread had sent it. */
export function inheritMessages(handed: readonly HandedThing[]): void {
  if (handed.length === 0) return;
  const outbox = new Outbox();
  outbox.add(handed);
  outbox.open();
  outbox.close();
}
