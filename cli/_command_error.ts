/** Thrown when a command is used wrongly or cannot do its work here: one line for the user, exit code 2. */
export class CommandError extends Error {
  /** The name of the class. */
  override readonly name = "CommandError";
}
