import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { TextField } from '../../../ui/control/field.tsx'
import { bytes, listed } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'

/** Sends a file of images to an engine. It is read as it is sent. */
export function LoadDialog({ at, onClose }: { at: string; onClose: () => void }) {
  const { target, choose } = useEngineChoice('images', at)
  const [file, setFile] = useState<File | null>(null)
  const load = useMutation({
    mutationFn: (body: File) => client.images.load({ target }, body),
    onSuccess: ({ loaded }) => {
      toast({ state: 'succeeded', title: `${listed(loaded)} loaded` })
      onClose()
    },
  })
  return (
    <FormDialog
      title="Load images from a file"
      about="A tar that docker save or Wheelhouse wrote."
      act={load.isPending && file ? `Sending ${bytes(file.size)}` : 'Load images'}
      busy={load.isPending}
      error={load.error}
      wrong={file ? {} : { file: 'Choose a file.' }}
      onAct={() => file && load.mutate(file)}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="File"
            type="file"
            accept=".tar,application/x-tar"
            error={words.file}
            hint={file ? bytes(file.size) : 'Compressed ones have to be unpacked first.'}
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
          <EngineField kind="images" label="To" value={target} onChange={choose} />
        </>
      )}
    </FormDialog>
  )
}
