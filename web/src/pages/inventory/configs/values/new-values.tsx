import type { ConfigProblem } from '@wheelhouse/contract'
import { useId, useState } from 'react'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { propertyOf, ruleOf } from './config-schema.ts'
import { ValueInput } from './value-input.tsx'

interface Props {
  readonly schema: Readonly<Record<string, unknown>> | null
  readonly values: Readonly<Record<string, string>>
  readonly problems: readonly ConfigProblem[]
  /** Tell the problems of every value, not only of those that were left. */
  readonly all: boolean
  readonly onEdit: (key: string, value: string) => void
  readonly onBlur: () => void
}

/** A field for each value of a template, with its help and its rule. */
export function NewValues({ schema, values, problems, all, onEdit, onBlur }: Props) {
  const id = useId()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  return (
    <div>
      {Object.entries(values).map(([key, value]) => {
        const { description, writeOnly } = propertyOf(schema, key)
        const problem = all || left.has(key) ? problems.find((each) => each.key === key) : undefined
        const rule = ruleOf(schema, key)
        return (
          <div key={key} className="config-row">
            <div className="min-w-0">
              <label htmlFor={`${id}-${key}`} className="mono text-ink break-all">
                {key}
              </label>
              {typeof description === 'string' && <p className="meta">{description}</p>}
            </div>
            <div className="min-w-0">
              <ValueInput
                id={`${id}-${key}`}
                label={key}
                value={value}
                rule={rule}
                bad={problem?.severity === 'error'}
                secret={writeOnly === true}
                describedBy={`${id}-${key}-note`}
                onChange={(next) => onEdit(key, next)}
                onBlur={() => {
                  setLeft((now) => new Set(now).add(key))
                  onBlur()
                }}
              />
              {problem && (
                <span id={`${id}-${key}-note`} className="err" role="alert">
                  <Glyph state="failed" />
                  <span>{problem.message}</span>
                </span>
              )}
            </div>
            <span className="meta rule">
              {rule.words}
              {writeOnly === true && ', secret'}
            </span>
          </div>
        )
      })}
    </div>
  )
}
