import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { LogBookmark } from '@wheelhouse/contract'
import { Bookmark, BookmarkCheck } from 'lucide-react'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { TextField } from '../../../../ui/control/field.tsx'
import { useKeys } from '../../../../ui/control/keys.ts'

export function useMarks() {
  return useQuery({ queryKey: keys.logMarks, queryFn: () => client.logBookmarks.list({}) })
}

/** Marks a line for oneself, with a note; or changes the note of one that is marked. */
export function MarkButton({ position }: { position: string }) {
  const marks = useMarks()
  const mark = marks.data?.items.find((each) => each.line.position === position) ?? null
  const [isOpen, setOpen] = useState(false)
  useKeys('Line', [{ keys: 'm', label: 'Mark the line', run: () => setOpen(true) }])
  return (
    <>
      <Button icon={mark ? BookmarkCheck : Bookmark} title="Mark (M)" onClick={() => setOpen(true)}>
        {mark ? 'Marked' : 'Mark'}
      </Button>
      {isOpen && <MarkDialog position={position} mark={mark} onClose={() => setOpen(false)} />}
    </>
  )
}

export function MarkDialog({
  position,
  mark,
  onClose,
}: {
  position: string
  mark: LogBookmark | null
  onClose: () => void
}) {
  const queries = useQueryClient()
  const [note, setNote] = useState(mark?.note ?? '')
  const done = (): void => {
    void queries.invalidateQueries({ queryKey: keys.logMarks })
    onClose()
  }
  const save = useMutation({
    mutationFn: () =>
      mark === null
        ? client.logBookmarks.create({ position, note })
        : client.logBookmarks.update({ id: mark.id, note }),
    onSuccess: done,
  })
  const remove = useMutation({
    mutationFn: () => client.logBookmarks.remove({ id: mark?.id ?? '' }),
    onSuccess: done,
  })
  return (
    <FormDialog
      title={mark === null ? 'Mark this line' : 'Your mark'}
      act={mark === null ? 'Mark the line' : 'Save the note'}
      busy={save.isPending}
      error={save.error ?? remove.error}
      onAct={() => save.mutate()}
      onClose={onClose}
      aside={
        mark && (
          <Button look="ghost" busy={remove.isPending} onClick={() => remove.mutate()}>
            Take the mark off
          </Button>
        )
      }
    >
      <TextField
        label="Note"
        hint="For yourself. The line stays readable here when it is no longer kept."
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
    </FormDialog>
  )
}
