/** A step of the setup that failed. The message says what failed, why, and what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} what `Cannot <do this>`
   * @param {string} why The words of the program that failed, or what was found
   * @param {string} advice What to do
   */
  constructor(what, why, advice) {
    super(`${what}: ${why}\n  What to do: ${advice}`);
    this.name = "SetupError";
  }
}
