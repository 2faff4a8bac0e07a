import './configs.css'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { NewValues } from './values/new-values.tsx'
import { useConfigCheck } from './use-config-check.ts'

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/
type Schema = Record<string, unknown>

/** A config from scratch or from a template, with its first values checked as they are typed. */
export function NewConfig() {
  const go = useGo()
  const cache = useQueryClient()
  const [template, setTemplate] = useParam('template')
  const [name, setName] = useState('')
  const [environment, setEnvironment] = useState('development')
  const [description, setDescription] = useState('')
  const [path, setPath] = useState('')
  const [edits, setEdits] = useState<Readonly<Record<string, string>>>({})
  const [told, setTold] = useState(false)
  const templates = useQuery({
    queryKey: keys.configTemplates,
    queryFn: () => client.configs.templates(),
    staleTime: Infinity,
  })
  const chosen = templates.data?.items.find((each) => each.name === template)
  const schema: Schema | null = chosen?.schema ?? null
  const base = chosen
    ? {
        ...chosen.values,
        ...('ENVIRONMENT' in chosen.values && environment !== '' ? { ENVIRONMENT: environment } : {}),
      }
    : {}
  const values: Record<string, string> = {
    ...base,
    ...Object.fromEntries(Object.entries(edits).filter(([key]) => key in base)),
  }
  const check = useConfigCheck({ text: JSON.stringify(values), format: 'json', ...(schema ? { schema } : {}) })
  const wrong: Record<string, string> = {}
  if (!namePattern.test(name)) wrong.name = 'Use letters, digits, dots, dashes and underscores, such as shop-staging.'
  if (path !== '' && !path.startsWith('/'))
    wrong.path = 'Use an absolute path, such as /srv/shop/deployment.config.env.'
  const create = useMutation({
    mutationFn: () =>
      client.configs.create({
        name,
        values,
        ...(environment ? { environment } : {}),
        ...(description ? { description } : {}),
        ...(path ? { path } : {}),
        ...(schema ? { schema } : {}),
        ...(chosen ? { reason: `from the template ${chosen.title}` } : {}),
      }),
    onSuccess: (set) => {
      void cache.invalidateQueries({ queryKey: keys.configs })
      go(paths.config(set.name))
    },
  })
  const shown = { ...(told ? wrong : {}), ...fieldErrors(create.error) }
  const [submitting, setSubmitting] = useState(false)
  const submit = (): void => {
    setTold(true)
    check.now()
    setSubmitting(true)
  }
  const fine = Object.keys(wrong).length === 0 && check.problems.every(({ severity }) => severity !== 'error')
  // Not before the answer is for what stands there now.
  useEffect(() => {
    if (!submitting || !check.settled) return
    setSubmitting(false)
    if (fine) create.mutate()
    else document.querySelector<HTMLElement>('main [aria-invalid=true]')?.focus()
  }, [submitting, check.settled, fine, create])
  return (
    <>
      <PageHead title="New config" crumbs={[{ label: 'Configs', href: paths.configs() }]} />
      <div className="page pt-2!">
        <div className="panels">
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 4' }}>
            <Panel title="What it is">
              <div className="flex flex-col gap-3">
                <SelectField
                  label="Start from"
                  value={template}
                  hint={chosen?.description ?? 'Add values later, or import them.'}
                  onChange={(event) => setTemplate(event.target.value)}
                >
                  <option value="">Nothing</option>
                  {templates.data?.items.map((each) => (
                    <option key={each.name} value={each.name}>
                      {each.title}
                    </option>
                  ))}
                </SelectField>
                <TextField
                  label="Name"
                  value={name}
                  error={shown.name}
                  hint="Such as shop-staging."
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setName(event.target.value)}
                />
                <SelectField
                  label="Environment"
                  value={environment}
                  onChange={(event) => setEnvironment(event.target.value)}
                >
                  {['development', 'staging', 'production'].map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                  <option value="">none</option>
                </SelectField>
                <TextField
                  label="Description"
                  value={description}
                  maxLength={500}
                  onChange={(event) => setDescription(event.target.value)}
                />
                <details>
                  <summary className="text-ink font-medium">Keep it in step with a file</summary>
                  <div className="pt-3">
                    <TextField
                      label="File on this machine"
                      className="mono"
                      value={path}
                      error={shown.path}
                      hint="Its values are taken over; each save writes it, with a backup."
                      autoComplete="off"
                      spellCheck={false}
                      onChange={(event) => setPath(event.target.value)}
                    />
                  </div>
                </details>
              </div>
            </Panel>
          </div>
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 8' }}>
            {(create.error ?? templates.error) && <TroubleBox trouble={wordsFor(create.error ?? templates.error)} />}
            {chosen && (
              <Panel title={`First values, from ${chosen.title}`} meta={Object.keys(values).length} flush>
                <NewValues
                  schema={schema}
                  values={values}
                  problems={check.problems}
                  all={told}
                  onEdit={(key, value) => setEdits((now) => ({ ...now, [key]: value }))}
                  onBlur={check.now}
                />
              </Panel>
            )}
            <div className="flex gap-2">
              <Button look="primary" busy={create.isPending || submitting} onClick={submit}>
                Create config
              </Button>
              <Go className="btn" href={paths.configs()}>
                Cancel
              </Go>
            </div>
          </div>
        </div>
      </div>
    </>
  )
}
