export type GlyphState =
  | 'running'
  | 'starting'
  | 'degraded'
  | 'failed'
  | 'paused'
  | 'stopped'
  | 'unknown'
  | 'succeeded'
  | 'rolled-back'
  | 'rolling-back'
  | 'abandoned'
  | 'cancelled'
  | 'queued'
  | 'info'

const cut = { stroke: 'var(--glyph-cut, var(--surface))', strokeWidth: 1.3, strokeLinecap: 'round' } as const
const ring = { fill: 'none', stroke: 'currentColor' } as const

function shape(state: GlyphState) {
  switch (state) {
    case 'running':
      return <circle cx="6" cy="6" r="4" fill="currentColor" />
    case 'starting':
    case 'rolling-back':
      return (
        <g className="spin">
          <circle cx="6" cy="6" r="4.2" {...ring} strokeOpacity={0.28} strokeWidth={1.8} />
          <path d="M6 1.8A4.2 4.2 0 0 1 10.2 6" {...ring} strokeWidth={1.8} strokeLinecap="round" />
        </g>
      )
    case 'degraded':
      return <path d="M6 1.2 11.3 10.6H.7z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
    case 'failed':
      return (
        <>
          <path d="M6 .4 11.6 6 6 11.6.4 6z" fill="currentColor" />
          <path d="m4.3 4.3 3.4 3.4M7.7 4.3 4.3 7.7" {...cut} />
        </>
      )
    case 'paused':
      return <path d="M3 2h2v8H3zM7 2h2v8H7z" fill="currentColor" />
    case 'stopped':
      return <rect x="2.3" y="2.3" width="7.4" height="7.4" rx="1" {...ring} strokeWidth={1.5} />
    case 'unknown':
      return <circle cx="6" cy="6" r="4.3" {...ring} strokeWidth={1.5} strokeDasharray="1.9 1.5" />
    case 'succeeded':
      return (
        <path d="m1.8 6.4 2.9 2.9 5.5-6.2" {...ring} strokeWidth={1.8} strokeLinecap="round" strokeLinejoin="round" />
      )
    case 'rolled-back':
      return (
        <path
          d="M1.7 6.2a4.3 4.3 0 1 0 1.5-3.4L1.4 4.3M1.2 1.4v3h3"
          {...ring}
          strokeWidth={1.7}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )
    case 'abandoned':
      return (
        <>
          <circle cx="6" cy="6" r="4.3" {...ring} strokeWidth={1.5} strokeDasharray="1.9 1.5" />
          <path d="m3.4 8.6 5.2-5.2" {...ring} strokeWidth={1.4} />
        </>
      )
    case 'cancelled':
      return <path d="M10.3 6A4.3 4.3 0 1 1 1.7 6a4.3 4.3 0 0 1 8.6 0zM3.4 8.6l5.2-5.2" {...ring} strokeWidth={1.4} />
    case 'queued':
      return (
        <>
          <circle cx="6" cy="6" r="4.3" {...ring} strokeWidth={1.4} />
          <circle cx="6" cy="6" r="1.4" fill="currentColor" />
        </>
      )
    default:
      return <circle cx="6" cy="6" r="2.2" fill="currentColor" />
  }
}

/** State as shape and colour. Give a label where no word stands beside it. */
export function Glyph({ state, label }: { state: GlyphState; label?: string }) {
  return (
    <svg
      className={`glyph g-${state}`}
      viewBox="0 0 12 12"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {shape(state)}
    </svg>
  )
}
