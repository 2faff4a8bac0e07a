/** Bounds that keep one client or one upstream from taking the program down; milliseconds and bytes. */
export interface Limits {
  /** A client has this long to send the head of a request. */
  readonly headersMs: number
  /** A kept connection without a request is closed after this. */
  readonly clientIdleMs: number
  readonly connectMs: number
  /** From the end of the request to the head of the answer. */
  readonly answerMs: number
  /** A body on which nothing moves in either direction. */
  readonly stallMs: number
  /** How long a kept connection to an upstream may rest and still be used, for requests that may be sent twice … */
  readonly restMs: number
  /** … and for those that may not: the younger, the less likely it was just closed. */
  readonly carefulRestMs: number
  readonly idlePerUpstream: number
  readonly connectionsPerListener: number
  /** The beginning of a body that is kept so that it can be sent again. */
  readonly replayBytes: number
  /** An upstream that took no connection is passed over for this long while there are others. */
  readonly avoidMs: number
  /** For 100-continue: an upstream that does not speak it gets the body after this. */
  readonly continueMs: number
}

export const defaultLimits: Limits = {
  headersMs: 30_000,
  clientIdleMs: 75_000,
  connectMs: 5_000,
  answerMs: 300_000,
  stallMs: 600_000,
  restMs: 4_000,
  carefulRestMs: 1_000,
  idlePerUpstream: 256,
  connectionsPerListener: 20_000,
  replayBytes: 64 << 10,
  avoidMs: 1_000,
  continueMs: 1_000,
}
