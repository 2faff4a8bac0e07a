import type { LogLevel } from '@wheelhouse/contract'

export const logFormats = [
  'laravel',
  'nginx-access',
  'nginx-error',
  'traefik',
  'caddy',
  'reverb',
  'queue-worker',
  'json',
  'logfmt',
  'plain',
] as const
export type LogFormat = (typeof logFormats)[number]

export type FieldValue = string | number | boolean | null
export type Fields = Record<string, FieldValue>

/** A request that was answered; null is what the line does not tell. */
export interface Access {
  readonly method: string | null
  /** Without its query, so that equal paths count together. */
  readonly path: string | null
  readonly status: number | null
  readonly durationMs: number | null
  /** Bytes of the answer. */
  readonly bytes: number | null
  readonly host: string | null
  readonly remote: string | null
}

export interface ParsedLine {
  readonly format: LogFormat
  /** What the line says of itself, or what the status of its request means. */
  readonly level: LogLevel | null
  /** Epoch ms as the line tells it; a time without a zone is taken as UTC. Null where it tells none. */
  readonly at: number | null
  /** What is left for people when time, level and fields are taken off. */
  readonly message: string
  /** By name, nested ones with dots. Those of `access` stand here too. */
  readonly fields: Readonly<Fields>
  /** Null for a line that is about no request. */
  readonly access: Access | null
}

/** Reads a line of one format. Null where it is not of that format. Neither throws nor takes longer than the line is long. */
export type Reading = (text: string) => ParsedLine | null
