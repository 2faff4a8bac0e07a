import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { TextArea, TextField } from '../../../../ui/control/field.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { readPairs } from '../../volumes/pairs.ts'
import { type ObjectKind, operationsOf } from './kinds.ts'
import { noValue, sentValue, ValueField, wrongValue } from './value-field.tsx'

export function NewObject({ swarm, kind, onClose }: { swarm: Swarm; kind: ObjectKind; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [value, setValue] = useState(noValue)
  const [labels, setLabels] = useState('')
  const read = readPairs(labels)
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
  return (
    <FormDialog
      title={`New ${kind} in ${swarm.name}`}
      about={
        kind === 'secret'
          ? 'Services that name it find it as a file. Nobody can read it back, Wheelhouse neither.'
          : 'Services that name it find it as a file. Whoever manages the Swarm can read it.'
      }
      act={`Make ${kind}`}
      busy={create.isPending}
      error={create.error}
      wrong={{
        name: /^[a-zA-Z0-9][\w.-]{0,63}$/.test(name)
          ? null
          : 'Use 1 to 64 letters, digits, dots, dashes or underscores.',
        value: wrongValue(value),
        labels: read.wrong,
      }}
      onAct={() => create.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            name="name"
            value={name}
            error={words.name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
          <ValueField value={value} error={words.value ?? null} onChange={setValue} />
          <TextArea
            label="Labels"
            name="labels"
            aside="optional"
            hint="One key=value a line."
            rows={2}
            className="mono"
            value={labels}
            error={words.labels}
            spellCheck={false}
            onChange={(event) => setLabels(event.target.value)}
          />
        </>
      )}
    </FormDialog>
  )
}
