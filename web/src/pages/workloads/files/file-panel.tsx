import '../../inventory/configs/configs.css'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { FileText } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Editor } from '../../../ui/code/editor.tsx'
import type { Language } from '../../../ui/code/editor/languages.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { useSetParams } from '../../../ui/control/use-url.ts'
import { bytes } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { inside, nameOf, parentOf } from './path.ts'
import type { FilePlace } from './place.ts'

const byEnding: Readonly<Record<string, Language>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  env: 'env',
  conf: 'text',
}
const languageOf = (path: string): Language => byEnding[nameOf(path).split('.').at(-1) ?? ''] ?? 'text'

/** A text file in the editor; `/?new` at the end of the path is one that is not there yet. */
export function FilePanel({ place, path }: { place: FilePlace; path: string }) {
  const fresh = path.endsWith('/?new')
  const read = useQuery({
    queryKey: keys.file(place.id, path),
    queryFn: ({ signal }) => place.read(path, signal),
    enabled: !fresh,
    retry: false,
    // What is typed must not be pulled away under the hands.
    refetchOnWindowFocus: false,
    staleTime: Infinity,
    gcTime: 0,
  })
  const setParams = useSetParams()
  const close = <Button onClick={() => setParams({ file: null })}>Close</Button>
  if (fresh) return <OpenFile place={place} folder={parentOf(path)} file={null} close={close} />
  if (read.error)
    return (
      <Panel title={nameOf(path)} actions={<span className="ml-auto">{close}</span>}>
        <TroubleBox trouble={wordsFor(read.error)} retry={() => void read.refetch()} />
      </Panel>
    )
  if (!read.data)
    return (
      <Panel title={nameOf(path)}>
        <Skeleton rows={3} />
      </Panel>
    )
  return <OpenFile key={read.data.digest} place={place} folder={parentOf(path)} file={read.data} close={close} />
}

function OpenFile({
  place,
  folder,
  file,
  close,
}: {
  place: FilePlace
  folder: string
  file: FileText | null
  close: React.ReactNode
}) {
  const cache = useQueryClient()
  const setParams = useSetParams()
  const [name, setName] = useState('')
  const [text, setText] = useState(file?.text ?? '')
  const { write } = place
  const unsaved = text !== (file?.text ?? '')
  useEffect(() => {
    if (!unsaved) return undefined
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  const path = file?.path ?? inside(folder, name)
  const wrong = file === null && (name === '' || name.includes('/') || name === '..' || name === '.')
  const save = useMutation({
    mutationFn: async () => {
      if (!write) throw new Error('These files can only be read.')
      return write({ path, text, ...(file ? { digest: file.digest } : {}) })
    },
    onSuccess: (written) => {
      toast({ state: 'succeeded', title: `${written.path} is written` })
      cache.setQueryData(keys.file(place.id, written.path), written)
      void cache.invalidateQueries({ queryKey: keys.files(place.id, folder) })
      if (file === null) setParams({ file: written.path })
    },
  })
  const behind = save.error instanceof Problem && save.error.code === 'CONFLICT' && file !== null
  return (
    <Panel
      title={file ? nameOf(file.path) : 'New file'}
      meta={file && `${bytes(file.sizeBytes)}, mode ${file.mode}`}
      actions={<span className="ml-auto">{close}</span>}
    >
      <div className="flex flex-col gap-3">
        {save.error && (
          <TroubleBox
            trouble={wordsFor(save.error)}
            {...(behind
              ? {
                  action: (
                    <Button
                      onClick={() => {
                        save.reset()
                        void cache.invalidateQueries({ queryKey: keys.file(place.id, path) })
                      }}
                    >
                      Drop my changes and read it again
                    </Button>
                  ),
                }
              : {})}
          />
        )}
        {file === null && (
          <TextField
            label="Name"
            hint={folder === '/' ? `In ${place.name}.` : `In ${folder} of ${place.name}.`}
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <Editor
          label={file ? `Text of ${file.path}` : 'Text of the new file'}
          language={languageOf(path)}
          value={text}
          {...(write ? { onChange: setText } : {})}
        />
        {write && (unsaved || file === null) && (
          <div className="save-bar" role="region" aria-label="Unsaved changes">
            <span className="text-ink">Not saved</span>
            <span className="ml-auto flex gap-2">
              {file && <Button onClick={() => setText(file.text)}>Discard</Button>}
              <Button look="primary" busy={save.isPending} disabled={wrong} onClick={() => save.mutate()}>
                {file ? 'Save file' : 'Make file'}
              </Button>
            </span>
          </div>
        )}
      </div>
    </Panel>
  )
}
