/** A line on its way out. `at` is epoch microseconds. */
export interface OutLine {
  readonly at: number
  readonly level: string | null
  readonly stream: string
  readonly text: string
}
/** Lines of one service. */
export interface OutStream {
  readonly labels: Readonly<Record<string, string>>
  readonly lines: readonly OutLine[]
}
export interface OutRequest {
  readonly path: string
  readonly contentType: string
  readonly body: string
}
export type Destination = (streams: readonly OutStream[]) => OutRequest

/** Nanoseconds of a Loki entry as text: they would not survive a double. */
const nanoseconds = (us: number): string => `${Math.round(us)}000`

/** The push API of Loki. Level and stream go as structured metadata: labels are for what there is little of. */
export const loki: Destination = (streams) => ({
  path: '/loki/api/v1/push',
  contentType: 'application/json',
  body: JSON.stringify({
    streams: streams.map(({ labels, lines }) => ({
      stream: labels,
      values: lines.map(({ at, text, level, stream }) => [
        nanoseconds(at),
        text,
        { stream, ...(level === null ? {} : { level }) },
      ]),
    })),
  }),
})

/** The JSON lines of VictoriaLogs. */
export const victoriaLogs: Destination = (streams) => {
  const names = 'job,service,stack,target'
  return {
    path: `/insert/jsonline?_stream_fields=${names}&_time_field=_time&_msg_field=_msg`,
    contentType: 'application/stream+json',
    body: streams
      .flatMap(({ labels, lines }) =>
        lines.map(
          ({ at, text, level, stream }) =>
            `${JSON.stringify({
              _time: new Date(at / 1000).toISOString(),
              // An empty message is refused there.
              _msg: text === '' ? ' ' : text,
              ...labels,
              stream,
              ...(level === null ? {} : { level }),
            })}\n`,
        ),
      )
      .join(''),
  }
}

export const destinations = { loki, victorialogs: victoriaLogs } as const
export type DestinationKind = keyof typeof destinations

/** `loki+http://user:password@host:3100/prefix`, as it is set. Throws a TypeError for what is none. */
export function destinationOf(setting: string): { kind: DestinationKind; base: string; authorization: string | null } {
  const [, kind, address] = /^(loki|victorialogs)\+(https?:\/\/.+)$/.exec(setting) ?? []
  if (kind === undefined || address === undefined) throw new TypeError('It begins with loki+http or victorialogs+http.')
  const url = new URL(address)
  const isSigned = url.username !== '' || url.password !== ''
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return {
    kind: kind as DestinationKind,
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    authorization: isSigned ? `Basic ${Buffer.from(pair).toString('base64')}` : null,
  }
}
