/**
 * The integer that an option of the command line stands for.
 *
 * @throws {TypeError} when it is none, or above `maximum`
 */
export function readInteger(name: string, text: string, maximum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > maximum) {
    throw new TypeError(
      `Cannot take --${name}=${text}: expected an integer up to ${maximum}`,
    );
  }
  return value;
}
