const hidden = /^(---|\+\+\+) /

/** Lines of a diff with sign and ground. Secrets in it are masked by the server. */
export function DiffView({ lines, label }: { lines: readonly string[]; label: string }) {
  const shown = lines.filter((line) => line !== '' && !hidden.test(line))
  return (
    <section className="code max-h-[52vh] py-1" aria-label={label} tabIndex={0}>
      {shown.map((line, i) => {
        const sign = line[0] === '+' || line[0] === '-' ? line[0] : ''
        const tone = sign === '+' ? 'add' : sign === '-' ? 'del' : ''
        const hunk = line.startsWith('@@')
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a line is its place
          <div key={i} className={`diff-line ${tone} ${hunk ? 'text-ink-3' : ''}`}>
            <i>{sign === '-' ? '−' : sign}</i>
            <span>{sign === '' && !line.startsWith(' ') ? line : line.slice(1)}</span>
          </div>
        )
      })}
    </section>
  )
}
