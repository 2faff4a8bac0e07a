import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { fieldErrors, wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { TextArea, TextField } from '../../../../ui/control/field.tsx'
import { Dialog } from '../../../../ui/overlay/dialog.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { readPairs } from '../../volumes/pairs.ts'
import { type ObjectKind, operationsOf } from './kinds.ts'
import { noValue, sentValue, ValueField, wrongValue } from './value-field.tsx'

export function NewObject({ swarm, kind, onClose }: { swarm: Swarm; kind: ObjectKind; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [value, setValue] = useState(noValue)
  const [labels, setLabels] = useState('')
  const [told, setTold] = useState(false)
  const read = readPairs(labels)
  const wrong: Record<string, string | null> = {
    name: /^[a-zA-Z0-9][\w.-]{0,63}$/.test(name) ? null : 'Use 1 to 64 letters, digits, dots, dashes or underscores.',
    value: wrongValue(value),
    labels: read.wrong,
  }
  const create = useMutation({
    mutationFn: () =>
      operationsOf(kind).create({
        swarm: swarm.targetId,
        name,
        ...sentValue(value),
        ...(labels.trim() ? { labels: read.pairs } : {}),
      }),
    // It holds the value: it is not kept.
    gcTime: 0,
    onSuccess: (row) => {
      void cache.invalidateQueries({ queryKey: [`swarm-${kind}s`] })
      toast({ state: 'succeeded', title: `${row.name} is in ${swarm.name}` })
      onClose()
    },
  })
  const shown: Record<string, string | null | undefined> = { ...(told ? wrong : {}), ...fieldErrors(create.error) }
  const submit = (): void => {
    setTold(true)
    if (Object.values(wrong).every((each) => each === null)) create.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title={`New ${kind} in ${swarm.name}`}
      about={
        kind === 'secret'
          ? 'Services that name it find it as a file. Nobody can read it back, Wheelhouse neither.'
          : 'Services that name it find it as a file. Whoever manages the Swarm can read it.'
      }
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={create.isPending} onClick={submit}>
            Make {kind}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {create.error && <TroubleBox trouble={wordsFor(create.error)} />}
        <TextField
          label="Name"
          value={name}
          error={shown.name}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
        <ValueField value={value} error={shown.value ?? null} onChange={setValue} />
        <TextArea
          label="Labels"
          aside="optional"
          hint="One key=value a line."
          rows={2}
          className="mono"
          value={labels}
          error={shown.labels}
          spellCheck={false}
          onChange={(event) => setLabels(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
