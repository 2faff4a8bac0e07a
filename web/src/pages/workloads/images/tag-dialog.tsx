import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Image } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { isReference, nameOf } from './words.ts'

/** A further name for an image; a name that another image has goes over to it. */
export function TagDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [told, setTold] = useState(false)
  const fits = isReference(name.trim()) && !name.includes('@')
  const tag = useMutation({
    mutationFn: () => client.images.tag({ target: image.targetId, image: image.id, tag: name.trim() }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['images'] })
      toast({ state: 'succeeded', title: `${nameOf(image)} is called ${name.trim()} as well` })
      onClose()
    },
  })
  const submit = (): void => {
    setTold(true)
    if (fits) tag.mutate()
  }
  return (
    <Dialog
      title={`Add a name to ${nameOf(image)}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={tag.isPending} onClick={submit}>
            Add name
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {tag.error && <TroubleBox trouble={wordsFor(tag.error)} />}
        <TextField
          label="Name"
          className="mono"
          value={name}
          error={
            fieldErrors(tag.error).tag ?? (told && !fits ? 'Use a name such as registry.example.com/shop/web:2.' : null)
          }
          hint="With the address of a registry in front it can be pushed there."
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && submit()}
        />
      </div>
    </Dialog>
  )
}
