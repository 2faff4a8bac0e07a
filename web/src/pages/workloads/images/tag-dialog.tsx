import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Image } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { isReference, nameOf } from './words.ts'

/** A further name for an image; a name that another image has goes over to it. */
export function TagDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const fits = isReference(name.trim()) && !name.includes('@')
  const tag = useMutation({
    mutationFn: () => client.images.tag({ target: image.targetId, image: image.id, tag: name.trim() }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: ['images'] })
      toast({ state: 'succeeded', title: `${nameOf(image)} is called ${name.trim()} as well` })
      onClose()
    },
  })
  return (
    <FormDialog
      title={`Add a name to ${nameOf(image)}`}
      act="Add name"
      busy={tag.isPending}
      error={tag.error}
      wrong={fits ? {} : { tag: 'Use a name such as registry.example.com/shop/web:2.' }}
      onAct={() => tag.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <TextField
          label="Name"
          name="tag"
          className="mono"
          value={name}
          error={words.tag}
          hint="With the address of a registry in front it can be pushed there."
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
      )}
    </FormDialog>
  )
}
