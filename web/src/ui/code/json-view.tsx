import { useMemo, useState } from 'react'
import { CopyButton } from '../control/copy.tsx'
import { FilterBox } from '../control/filter-box.tsx'

interface JsonLine {
  readonly depth: number
  readonly key: string | null
  readonly value: string
  readonly cls: string
  /** Where it is, such as `Config.Env.0`; the search looks here too. */
  readonly path: string
}

/** JSON as lines, so that a search can show only the lines that matter with where they are. */
export function jsonLines(value: unknown, key: string | null = null, depth = 0, path = ''): JsonLine[] {
  const here = (text: string, cls = ''): JsonLine => ({ depth, key, value: text, cls, path })
  if (value === null || typeof value !== 'object') {
    const cls = typeof value === 'string' ? 'cs' : typeof value === 'number' ? 'cn' : 'cw'
    return [here(JSON.stringify(value) ?? 'null', cls)]
  }
  const list = Array.isArray(value)
  const entries = Object.entries(value)
  if (entries.length === 0) return [here(list ? '[]' : '{}')]
  const inner = entries.flatMap(([name, child]) =>
    jsonLines(child, list ? null : name, depth + 1, path === '' ? name : `${path}.${name}`),
  )
  return [here(list ? '[' : '{'), ...inner, { depth, key: null, value: list ? ']' : '}', cls: '', path }]
}

export function JsonView({ value, label }: { value: unknown; label: string }) {
  const [search, setSearch] = useState('')
  const lines = useMemo(() => jsonLines(value), [value])
  const wanted = search.toLowerCase()
  const shown =
    wanted === ''
      ? lines
      : lines.filter((line) => line.cls !== '' && `${line.path} ${line.value}`.toLowerCase().includes(wanted))
  return (
    <div className="flex flex-col gap-2 min-w-0">
      <div className="flex items-center gap-2">
        <FilterBox label={`Search ${label}`} placeholder="Search keys and values" value={search} onChange={setSearch} />
        {wanted !== '' && (
          <span className="meta">
            {shown.length} of {lines.length} lines
          </span>
        )}
        <span className="ml-auto">
          <CopyButton text={JSON.stringify(value, null, 2)} label="Copy JSON" />
        </span>
      </div>
      <section className="code max-h-[60vh] py-2" aria-label={label} tabIndex={0}>
        {shown.slice(0, 3000).map((line, i) => (
          <div
            key={`${line.path}-${i}`}
            className="px-3 whitespace-pre-wrap break-all"
            style={{ paddingLeft: wanted === '' ? `${12 + line.depth * 14}px` : undefined }}
          >
            {wanted === '' ? (
              line.key !== null && <span className="ck">{line.key}: </span>
            ) : (
              <span className="ck">{line.path}: </span>
            )}
            <span className={line.cls}>{line.value}</span>
          </div>
        ))}
        {shown.length === 0 && <p className="px-3 text-ink-3">Nothing matches "{search}".</p>}
      </section>
    </div>
  )
}
