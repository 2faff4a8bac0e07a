/** Points as path pieces; a gap (null) breaks the line, it is never joined. Zero-based. */
export function sparkPath(values: readonly (number | null)[], max: number, width = 100, height = 20): string {
  const step = values.length > 1 ? width / (values.length - 1) : width
  let pen = false
  let path = ''
  values.forEach((value, i) => {
    if (value === null) {
      pen = false
      return
    }
    const y = height - 1 - (Math.min(value, max) / max) * (height - 2)
    path += `${pen ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`
    pen = true
  })
  return path
}

interface Props {
  readonly values: readonly (number | null)[]
  /** Top of the scale; the largest value unless told. */
  readonly max?: number
  readonly tone?: 'warn' | 'bad' | undefined
  readonly tall?: boolean
}

/** Zero-based line without axis; its number stands beside it. */
export function Sparkline({ values, max, tone, tall = false }: Props) {
  const height = tall ? 64 : 20
  const known = values.filter((v): v is number => v !== null)
  const top = Math.max(max ?? 0, Math.max(...known, 0) * (tall ? 1.15 : 1), 0.0001)
  const path = sparkPath(values, top, 100, height)
  const solid = known.length === values.length && known.length > 1
  return (
    <svg
      className={`spark ${tone ?? ''} ${tall ? 'tall' : ''}`}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      {tall && solid && <path className="area" d={`${path}L100 ${height}L0 ${height}Z`} />}
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
