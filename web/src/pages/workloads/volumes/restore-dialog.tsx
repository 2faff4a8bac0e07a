import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Volume } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { bytes } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** Puts a tar, as "Download" makes it, into the volume. */
export function RestoreDialog({ volume, onClose }: { volume: Volume; onClose: () => void }) {
  const cache = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [empty, setEmpty] = useState(false)
  const [missing, setMissing] = useState(false)
  const running = volume.usedBy.filter((user) => user.running).map((user) => user.name)
  const restore = useMutation({
    mutationFn: (tar: File) =>
      client.volumes.restore({ target: volume.targetId, name: volume.name, ...(empty ? { empty: true } : {}) }, tar),
    onSuccess: () => {
      toast({ state: 'succeeded', title: `${volume.name} is restored` })
      void cache.invalidateQueries({ queryKey: ['volumes'] })
      onClose()
    },
  })
  return (
    <DestroyDialog
      title={`Restore ${volume.name} on ${volume.targetName}?`}
      keep="Keep it as it is"
      act={`Restore ${volume.name}`}
      {...(empty ? { typeName: volume.name } : {})}
      ready={running.length === 0}
      busy={restore.isPending}
      onAct={() => (file ? restore.mutate(file) : setMissing(true))}
      onClose={onClose}
    >
      {restore.error && <TroubleBox trouble={wordsFor(restore.error)} />}
      {running.length > 0 && (
        <div className="note warn" role="status">
          <span>
            {running.join(', ')} {running.length === 1 ? 'runs' : 'run'} on it and would read half of it. Stop{' '}
            {running.length === 1 ? 'it' : 'them'} first.
          </span>
        </div>
      )}
      <TextField
        label="Tar"
        type="file"
        accept=".tar,application/x-tar"
        hint={file ? bytes(file.size) : 'Not compressed, as Download makes it.'}
        error={missing && !file ? 'Choose the tar to restore.' : null}
        onChange={(event) => setFile(event.target.files?.[0] ?? null)}
      />
      <CheckLine
        label="First remove what is in it"
        hint="Done only once the whole tar has arrived. Without it, files of the tar go over those there, and others stay."
        checked={empty}
        onChange={(event) => setEmpty(event.target.checked)}
      />
    </DestroyDialog>
  )
}
