import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextArea, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EngineField, useEngines } from './engine-field.tsx'
import { readPairs } from './pairs.ts'

export function NewVolume({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const go = useGo()
  const engines = useEngines('volumes')
  const [target, setTarget] = useState(targetId)
  const chosen = engines.some((row) => row.id === target) ? target : (engines[0]?.id ?? '')
  const [name, setName] = useState('')
  const [driver, setDriver] = useState('')
  const [options, setOptions] = useState('')
  const [labels, setLabels] = useState('')
  const [told, setTold] = useState(false)
  const [read, marked] = [readPairs(options), readPairs(labels)]
  const wrong: Record<string, string> = {}
  if (!/^[a-zA-Z0-9][\w.-]{0,62}$/.test(name))
    wrong.name = 'Use 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first.'
  if (read.wrong) wrong.options = read.wrong
  if (marked.wrong) wrong.labels = marked.wrong
  const create = useMutation({
    mutationFn: () =>
      client.volumes.create({
        target: chosen,
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
  const shown = { ...(told ? wrong : {}), ...fieldErrors(create.error) }
  const submit = (): void => {
    setTold(true)
    if (Object.keys(wrong).length === 0) create.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title="New volume"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={create.isPending} onClick={submit}>
            Make volume
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
        <EngineField kind="volumes" value={chosen} onChange={setTarget} />
        <TextField
          label="Driver"
          aside="optional"
          hint="local unless told."
          value={driver}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDriver(event.target.value)}
        />
        <TextArea
          label="Options of the driver"
          aside="optional"
          hint="One key=value a line, such as type=nfs. What reaches into the host needs an administrator."
          rows={3}
          className="mono"
          value={options}
          error={shown.options}
          spellCheck={false}
          onChange={(event) => setOptions(event.target.value)}
        />
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
