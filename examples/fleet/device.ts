/** What is known of one device, as most programs keep it. */
export interface Device {
  /** 1 to 63 bytes of UTF-8 without control characters. */
  readonly id: string;
  /** 1 to 63 bytes of UTF-8 without control characters. */
  region: string;
  /** Seconds since 1970. */
  time: number;
  /** Millionths of a degree. */
  latitude: number;
  /** Millionths of a degree. */
  longitude: number;
  /** A number of 32 bits. */
  value: number;
  /** Per cent. */
  battery: number;
}

/** The most bytes of an id or a region. */
export const MOST_NAME_BYTES = 63;

/** What is wrong with the numbers of a device, which reports until `latest`; `undefined` when nothing is. */
export function faultOf(
  { time, latitude, longitude, value, battery }: Omit<Device, "id" | "region">,
  latest: number,
): string | undefined {
  if (!(time >>> 0 === time)) return "its time is no count of seconds up to 4294967295";
  if (time > latest) return "its time lies more than an hour ahead";
  if (!(Math.abs(latitude) <= 90e6)) return "its latitude is not from -90 to 90";
  if (!(Math.abs(longitude) <= 180e6)) return "its longitude is not from -180 to 180";
  if (!Number.isFinite(value)) return "its value is no finite number of 32 bits";
  if (!(battery >>> 0 === battery && battery <= 100)) return "its battery is not an integer from 0 to 100";
  return undefined;
}
