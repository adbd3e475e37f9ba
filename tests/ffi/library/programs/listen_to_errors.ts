// Writes what listening to errors throws.
import process from "node:process";
import { onError } from "../../../../mod.ts";

try {
  onError(() => {}, { survive: true });
} catch (error) {
  process.stdout.write(String(error));
}
