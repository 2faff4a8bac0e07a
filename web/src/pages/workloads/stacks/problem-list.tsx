import type { StackProblem } from '@wheelhouse/contract'
import { wordsFor } from '../../../api/trouble.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'

interface Props {
  readonly problems: readonly StackProblem[]
  readonly trouble: unknown
  /** Goes to the line and the column. */
  readonly onGo?: (problem: StackProblem) => void
}

/** Every problem with its line, worst first. A click leads there. */
export function ProblemList({ problems, trouble, onGo }: Props) {
  if (trouble)
    return (
      <p className="err">
        <Glyph state="failed" />
        {wordsFor(trouble).what}
      </p>
    )
  if (problems.length === 0) return null
  const sorted = [...problems].sort((a, b) =>
    a.severity === b.severity ? (a.line ?? 0) - (b.line ?? 0) : a.severity === 'error' ? -1 : 1,
  )
  return (
    <ul className="flex flex-col gap-1" aria-live="polite" aria-label="Problems of the file">
      {sorted.map((problem) => {
        const tone = problem.severity === 'error' ? 't-failed' : 't-degraded'
        const text = (
          <>
            {problem.line !== null && `line ${problem.line}: `}
            {problem.message}
            {problem.path && <span className="mono text-ink-3"> {problem.path}</span>}
          </>
        )
        return (
          <li key={`${problem.line}-${problem.column}-${problem.path}-${problem.message}`} className="flex gap-2">
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
