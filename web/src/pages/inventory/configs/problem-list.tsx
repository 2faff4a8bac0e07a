import type { ConfigProblem } from '@wheelhouse/contract'
import { wordsFor } from '../../../api/trouble.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'

interface Props {
  readonly problems: readonly ConfigProblem[]
  readonly trouble?: unknown
  /** Goes to the line or the value. */
  readonly onGo?: (problem: ConfigProblem) => void
}

/** Every problem, errors first. A click leads to its line. */
export function ProblemList({ problems, trouble, onGo }: Props) {
  if (trouble)
    return (
      <p className="err" role="alert">
        <Glyph state="failed" />
        {wordsFor(trouble).what}
      </p>
    )
  if (problems.length === 0) return null
  const sorted = [...problems].sort((a, b) =>
    a.severity === b.severity ? (a.line ?? 0) - (b.line ?? 0) : a.severity === 'error' ? -1 : 1,
  )
  return (
    <ul className="flex flex-col gap-1" aria-live="polite" aria-label="Problems">
      {sorted.map((problem) => {
        const text = `${problem.line === null ? '' : `line ${problem.line}: `}${problem.message}`
        const tone = problem.severity === 'error' ? 't-failed' : 't-degraded'
        return (
          <li key={`${problem.line}-${problem.key}-${problem.message}`} className="flex gap-2">
            <span className="pt-1">
              <Glyph state={problem.severity === 'error' ? 'failed' : 'degraded'} label={problem.severity} />
            </span>
            {onGo && problem.line !== null ? (
              <button type="button" className={`${tone} text-left hover:underline`} onClick={() => onGo(problem)}>
                {text}
              </button>
            ) : (
              <span className={tone}>{text}</span>
            )}
          </li>
        )
      })}
    </ul>
  )
}
