import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { paths } from '../../../paths.ts'
import { TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'
import { nameMistake } from '../object-name.ts'
import { readPairs } from './pairs.ts'

export function NewVolume({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const go = useGo()
  const { target, choose } = useEngineChoice('volumes', targetId)
  const [name, setName] = useState('')
  const [driver, setDriver] = useState('')
  const [options, setOptions] = useState('')
  const [labels, setLabels] = useState('')
  const [read, marked] = [readPairs(options), readPairs(labels)]
  const wrong = { name: nameMistake(name), options: read.wrong, labels: marked.wrong }
  const create = useMutation({
    mutationFn: () =>
      client.volumes.create({
        target,
        name,
        ...(driver.trim() ? { driver: driver.trim() } : {}),
        ...(options.trim() ? { options: read.pairs } : {}),
        ...(labels.trim() ? { labels: marked.pairs } : {}),
      }),
    onSuccess: (row) => {
      toast({ state: 'succeeded', title: `${row.name} made on ${row.targetName}` })
      onClose()
      go(paths.volume(row.targetId, row.name))
    },
  })
  return (
    <FormDialog
      title="New volume"
      act="Make volume"
      busy={create.isPending}
      error={create.error}
      wrong={wrong}
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
          <EngineField kind="volumes" value={target} onChange={choose} />
          <TextField
            label="Driver"
            aside="optional"
            hint="local unless told."
            value={driver}
            error={words.driver}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setDriver(event.target.value)}
          />
          <TextArea
            label="Options of the driver"
            name="options"
            aside="optional"
            hint="One key=value a line, such as type=nfs. What reaches into the host needs an administrator."
            rows={3}
            className="mono"
            value={options}
            error={words.options}
            spellCheck={false}
            onChange={(event) => setOptions(event.target.value)}
          />
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
