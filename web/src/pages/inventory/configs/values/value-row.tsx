import { useMutation } from '@tanstack/react-query'
import type { ConfigProblem, ConfigValue } from '@wheelhouse/contract'
import { Eye, EyeOff, Trash2, Undo2 } from 'lucide-react'
import { useId } from 'react'
import { client } from '../../../../api/client.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { ruleOf } from './config-schema.ts'
import { ValueInput } from './value-input.tsx'

interface Props {
  readonly configId: string
  readonly schema: Readonly<Record<string, unknown>> | null
  readonly value: ConfigValue
  /** What was typed; null where nothing was. */
  readonly edit: string | null
  readonly gone: boolean
  readonly problem: ConfigProblem | null
  readonly manages: boolean
  readonly onEdit: (value: string | null) => void
  readonly onGone: (gone: boolean) => void
  readonly onBlur: () => void
}

/** One value: its name and help, a field to change it, what it may be. A secret is shown only when asked for. */
export function ValueRow({ configId, schema, value, edit, gone, problem, manages, onEdit, onGone, onBlur }: Props) {
  const id = useId()
  const { key, secret } = value
  const rule = ruleOf(schema, key)
  const reveal = useMutation({
    mutationFn: () => client.configs.reveal({ id: configId, key }),
    onError: (error) => toast({ state: 'failed', title: `${key} is not shown`, detail: wordsFor(error).what }),
  })
  const seen = reveal.data?.value
  const dirty = edit !== null || gone
  const shown = edit ?? seen ?? value.value
  return (
    <div role="row" className={`config-row ${dirty ? 'bg-accent-soft' : ''}`}>
      <div role="cell" className="min-w-0">
        <label htmlFor={id} className={`mono text-ink break-all ${gone ? 'line-through' : ''}`}>
          {key}
        </label>
        {value.help !== null && <p className="meta">{value.help}</p>}
      </div>
      <div role="cell" className="min-w-0">
        <div className="flex items-start gap-2">
          {!manages || gone ? (
            <span className={`mono break-all whitespace-pre-wrap py-1 ${gone ? 'line-through text-ink-3' : ''}`}>
              {secret ? '[secret]' : value.value === '' ? <span className="text-ink-3">empty</span> : value.value}
            </span>
          ) : secret && shown === null ? (
            <>
              <span className="mono text-ink-3 grow py-1">[secret]</span>
              <Button look="ghost" onClick={() => onEdit('')}>
                Change
              </Button>
            </>
          ) : (
            <ValueInput
              id={id}
              label={key}
              value={shown ?? ''}
              rule={rule}
              bad={problem?.severity === 'error'}
              secret={secret && seen === undefined}
              focus={secret && edit === ''}
              describedBy={`${id}-note`}
              onChange={(next) => onEdit(next === (seen ?? value.value) ? null : next)}
              onBlur={onBlur}
            />
          )}
          {manages && secret && !gone && edit === null && (
            <Button
              look="ghost"
              icon={seen === undefined ? Eye : EyeOff}
              busy={reveal.isPending}
              onClick={() => (seen === undefined ? reveal.mutate() : reveal.reset())}
            >
              {seen === undefined ? 'Show' : 'Hide'}
            </Button>
          )}
        </div>
        {problem && !gone && (
          <span id={`${id}-note`} className={problem.severity === 'error' ? 'err' : 'meta t-degraded'} role="alert">
            <Glyph state={problem.severity === 'error' ? 'failed' : 'degraded'} />
            <span>{problem.message}</span>
          </span>
        )}
      </div>
      <span role="cell" className="meta rule">
        {rule.words}
        {secret && ', secret'}
      </span>
      <span role="cell" className="meta num version" title={`Last changed in version ${value.version}`}>
        v{value.version}
      </span>
      {manages && (
        <span role="cell" className="flex justify-end">
          <Button
            look="ghost"
            icon={dirty ? Undo2 : Trash2}
            aria-label={dirty ? `Undo the change of ${key}` : `Remove ${key}`}
            onClick={() => {
              if (dirty) {
                onEdit(null)
                onGone(false)
              } else onGone(true)
            }}
          />
        </span>
      )}
    </div>
  )
}
