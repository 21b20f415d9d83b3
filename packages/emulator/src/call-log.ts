import { pushBounded } from './bounded.js';

/** The picture of a recorded request, without its bytes. */
export interface EmulatorCallImage {
  /** Hexadecimal digest of the part as it was received. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly bytes: number;
  readonly filename: string;
  readonly contentType: string;
}

/** One fully received request to the API. The key is not part of it. */
export interface EmulatorCall {
  /** Path without the query. */
  readonly path: string;
  /** Text fields of the form; of a repeated one the last. */
  readonly fields: Readonly<Record<string, string>>;
  /** The `user_image` part, or null when there is none. */
  readonly image: EmulatorCallImage | null;
  /** The `ref_image` part; only a face match has this member. */
  readonly refImage?: EmulatorCallImage | null;
  /** Status of the answer; null when the scenario sends none (`hang`, `reset-before-response`). */
  readonly status: number | null;
  /** Whether the balance paid for it. */
  readonly billed: boolean;
}

/** Remembers the newest 100,000 calls. */
export interface CallLog {
  add(call: EmulatorCall): void;
  /** A copy, oldest first. */
  list(): readonly EmulatorCall[];
}

/** Makes an empty log. */
export function createCallLog(): CallLog {
  const calls: EmulatorCall[] = [];
  return {
    add(call) {
      pushBounded(calls, call);
    },
    list: () => [...calls],
  };
}
