import '../configs/configs.css'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Policy } from '@wheelhouse/contract'
import { type ReactNode, useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextArea } from '../../../ui/control/field.tsx'
import { moment } from '../../../ui/format/age.ts'
import { plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { changesOf, flags, formOfRules, lists, rulesOfForm } from './rules.ts'

/** The rules of the house or of one target; read-only for those who may not set them, and for a target without its own. */
export function PolicyForm({ policy }: { policy: Policy }) {
  const cache = useQueryClient()
  const manages = useMay()('policies.manage')
  const [form, setForm] = useState(() => formOfRules(policy.rules))
  const [own, setOwn] = useState(policy.own)
  const [clearing, setClearing] = useState(false)
  const ofTarget = policy.targetId !== null
  const name = policy.targetName ?? 'the house'
  const writes = manages && own
  const { rules, wrong } = rulesOfForm(form)
  const changes = changesOf(policy.rules, rules)
  const unsaved = writes && (changes.length > 0 || own !== policy.own)
  const again = (): void => void cache.invalidateQueries({ queryKey: keys.policies })
  const save = useMutation({
    mutationFn: () => client.policies.set({ ...(policy.targetId === null ? {} : { target: policy.targetId }), rules }),
    onSuccess: () => {
      toast({ state: 'succeeded', title: `The policy of ${name} is changed. It holds from now on.` })
      again()
    },
  })
  const clear = useMutation({
    mutationFn: () => client.policies.clear({ target: policy.targetId ?? '' }),
    onSuccess: () => {
      toast({ state: 'succeeded', title: `${name} follows the policy of the house` })
      setClearing(false)
      again()
    },
  })
  const discard = (): void => {
    setForm(formOfRules(policy.rules))
    setOwn(policy.own)
    save.reset()
  }
  const submit = (): void => {
    if (Object.keys(wrong).length > 0) document.querySelector<HTMLElement>('.panels [aria-invalid=true]')?.focus()
    else save.mutate()
  }
  return (
    <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 9' }}>
      {ofTarget && !own && (
        <Panel
          title={`${name} follows the house`}
          actions={manages && <Button onClick={() => setOwn(true)}>Give it a policy of its own</Button>}
        >
          <p>
            What stands below are the rules of the house. A policy of its own counts alone: it adds nothing to them.
          </p>
        </Panel>
      )}
      {ofTarget && policy.own && manages && (
        <Panel
          title={`${name} has its own policy`}
          actions={<Button onClick={() => setClearing(true)}>Follow the house…</Button>}
        >
          <p>It counts alone here; the policy of the house does not add to it.</p>
        </Panel>
      )}
      {save.error && <TroubleBox trouble={wordsFor(save.error)} />}
      <fieldset disabled={!writes} className="contents">
        <Group title="May reach the host" about="Whoever may do one of these can take the host over.">
          {flags
            .filter(({ weight }) => weight === 'host')
            .map((flag) => (
              <CheckLine
                key={flag.name}
                label={flag.label}
                hint={flag.hint}
                checked={form[flag.name]}
                onChange={(event) => setForm({ ...form, [flag.name]: event.target.checked })}
              />
            ))}
        </Group>
        <Group title="May also" about="Beyond its own walls, short of the host itself.">
          {flags
            .filter(({ weight }) => weight === 'some')
            .map((flag) => (
              <CheckLine
                key={flag.name}
                label={flag.label}
                hint={flag.hint}
                checked={form[flag.name]}
                onChange={(event) => setForm({ ...form, [flag.name]: event.target.checked })}
              />
            ))}
        </Group>
        <Panel title="Only these">
          <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
            {lists.map((list) => (
              <TextArea
                key={list.name}
                label={list.label}
                hint={list.hint}
                error={wrong[list.name]}
                className="mono"
                rows={Math.max(3, Math.min(10, form[list.name].split('\n').length))}
                placeholder={writes ? list.example : ''}
                value={form[list.name]}
                spellCheck={false}
                onChange={(event) => setForm({ ...form, [list.name]: event.target.value })}
              />
            ))}
          </div>
        </Panel>
        <Group title="Administrators" about="Everyone else is refused what the policy forbids.">
          <CheckLine
            label="The policy binds administrators too"
            hint="Without it they are told what reaches beyond a workload, and may go on."
            checked={form.enforceOnAdministrators}
            onChange={(event) => setForm({ ...form, enforceOnAdministrators: event.target.checked })}
          />
        </Group>
      </fieldset>
      {policy.changedAt && (
        <p className="meta">
          Changed {moment(policy.changedAt)} by {policy.changedBy}.
        </p>
      )}
      {!manages && <p className="meta">You may see the policy, not set it. An administrator can.</p>}
      {unsaved && (
        <div className="save-bar" role="region" aria-label="Unsaved changes">
          <details className="min-w-0">
            <summary className="text-ink">
              {changes.length === 0 ? 'Its own, with the rules of the house' : plural(changes.length, 'change')}
            </summary>
            <ul className="meta pt-1">
              {changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          </details>
          <span className="ml-auto flex gap-2">
            <Button onClick={discard}>Discard</Button>
            <Button look="primary" busy={save.isPending} onClick={submit}>
              Save policy
            </Button>
          </span>
        </div>
      )}
      {clearing && (
        <DestroyDialog
          title={`Let ${name} follow the policy of the house?`}
          keep="Keep its own"
          act="Follow the house"
          busy={clear.isPending}
          onAct={() => clear.mutate()}
          onClose={() => setClearing(false)}
        >
          {clear.error && <TroubleBox trouble={wordsFor(clear.error)} />}
          <p>
            Its own rules are <b>dropped</b>. From then on those of the house hold on {name}, for what is made or
            changed there. What runs goes on running.
          </p>
        </DestroyDialog>
      )}
    </div>
  )
}

function Group({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <Panel title={title} meta={about}>
      <div className="flex flex-col gap-3">{children}</div>
    </Panel>
  )
}
