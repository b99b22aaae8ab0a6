/** Why something failed, for programs: the server's codes as they are, and those that arise in the browser. */
export type ErrorCode =
  // From the server.
  | 'bad-json'
  | 'bad-request'
  | 'unknown-type'
  | 'too-large'
  | 'rate-limited'
  | 'not-joined'
  | 'already-joined'
  | 'resume-expired'
  | 'unauthorized'
  | 'origin-refused'
  | 'internal'
  | 'bad-sdp'
  | 'unsupported-sdp'
  | 'room-limit'
  | 'participant-limit'
  | 'track-limit'
  | 'slot-limit'
  | 'track-not-found'
  | 'slot-not-found'
  | 'codec-not-negotiated'
  | 'native-limit'
  | 'native-unavailable'
  | 'overloaded'
  | 'closed'
  // From the connection.
  | 'server-unreachable'
  | 'connection-lost'
  | 'timeout'
  | 'bad-reply'
  // From the browser.
  | 'unsupported-browser'
  | 'insecure-context'
  | 'permission-denied'
  | 'device-not-found'
  | 'device-in-use'
  | 'device-unsuitable'
  | 'capture-cancelled'
  | 'capture-failed';

/** Any failure that the SDK reports. `code` is stable; `message` is English, for logs rather than for people. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';

  /** A server may know codes that this client does not. */
  readonly code: ErrorCode | (string & {});

  constructor(code: ErrorCode | (string & {}), message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** `cause` as a ParleyError, wrapped under `fallback` when it is something else. */
export function asParleyError(cause: unknown, fallback: ErrorCode): ParleyError {
  if (cause instanceof ParleyError) return cause;
  return new ParleyError(fallback, cause instanceof Error ? cause.message : String(cause), { cause });
}
