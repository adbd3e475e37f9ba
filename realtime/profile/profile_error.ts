/** Why a profile was refused. */
export type ProfileFault = "damaged" | "version" | "sizes";

/** Thrown for an allocation profile that was changed or cut, or that was recorded on another mimalloc. */
export class ProfileError extends Error {
  /** The name of the class. */
  override readonly name = "ProfileError";
  /** What is wrong with it: it is damaged, or of another version, or of a build with other sizes of blocks or pages. */
  readonly fault: ProfileFault;

  /** Makes an error from a message and what it is about. */
  constructor(message: string, fault: ProfileFault, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
