import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { bytes, listed } from '../../../ui/format/number.ts'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { useEngines } from './use-engines.ts'

/** Sends a file of images to an engine. It is read as it is sent. */
export function LoadDialog({ at, onClose }: { at: string; onClose: () => void }) {
  const engines = useEngines()
  const [chosen, setTarget] = useState(at)
  // A link may open this before the targets are there.
  const target = chosen || (engines[0]?.id ?? '')
  const [file, setFile] = useState<File | null>(null)
  const [told, setTold] = useState(false)
  const load = useMutation({
    mutationFn: (body: File) => client.images.load({ target }, body),
    onSuccess: ({ loaded }) => {
      toast({ state: 'succeeded', title: `${listed(loaded)} loaded` })
      onClose()
    },
  })
  return (
    <Dialog
      title="Load images from a file"
      about="A tar that docker save or Wheelhouse wrote."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={load.isPending}
            onClick={() => {
              setTold(true)
              if (file) load.mutate(file)
            }}
          >
            {load.isPending && file ? `Sending ${bytes(file.size)}` : 'Load images'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {load.error && <TroubleBox trouble={wordsFor(load.error)} />}
        <TextField
          label="File"
          type="file"
          accept=".tar,application/x-tar"
          error={told && !file ? 'Choose a file.' : null}
          hint={file ? bytes(file.size) : 'Compressed ones have to be unpacked first.'}
          onChange={(event) => setFile(event.target.files?.[0] ?? null)}
        />
        <SelectField label="To" value={target} onChange={(event) => setTarget(event.target.value)}>
          {engines.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
    </Dialog>
  )
}
