import { useMutation } from '@tanstack/react-query'
import { contextsOf, type DockerContext, whyNotTaken } from '@wheelhouse/client/docker-contexts'
import { useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { readContextFiles } from './context-files.ts'

interface Ended {
  readonly name: string
  readonly error: string | null
}
const isHere = (): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(location.hostname)

/** Registers what `docker context` keeps: its folder, or files of `docker context export`. Nothing is sent before it is agreed to. */
export function ImportContexts({ onClose }: { onClose: () => void }) {
  const rows = useRows(targets)
  const [found, setFound] = useState<readonly DockerContext[] | null>(null)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [group, setGroup] = useState('')
  const [ended, setEnded] = useState<readonly Ended[]>([])
  const listed = useMemo(() => {
    const place = {
      here: isHere(),
      names: new Set(rows.map(({ name }) => name)),
      addresses: new Set(rows.map(({ address }) => address)),
    }
    return (found ?? []).map((context) => ({ context, not: whyNotTaken(context, place) }))
  }, [found, rows])
  const done = new Set(ended.filter(({ error }) => error === null).map(({ name }) => name))
  const taken = listed.filter(({ context, not }) => not === null && !left.has(context.name))

  const read = useMutation({
    mutationFn: async (files: FileList) => contextsOf(await readContextFiles([...files])),
    onSuccess: (contexts) => {
      setFound(contexts)
      setEnded([])
    },
  })
  const save = useMutation({
    mutationFn: () =>
      // Beside each other: an address that does not answer keeps only its own waiting.
      Promise.all(
        taken.map(async ({ context }): Promise<Ended> => {
          try {
            const row = await client.targets.register({
              name: context.name,
              address: context.host,
              ...(group.trim() === '' ? {} : { group: group.trim() }),
              ...(context.tls ? { tls: context.tls } : {}),
            })
            targets.set(row)
            return { name: context.name, error: null }
          } catch (error) {
            return { name: context.name, error: wordsFor(error).what }
          }
        }),
      ),
    onSuccess: (results) => {
      setEnded(results)
      const went = results.filter(({ error }) => error === null).length
      if (went > 0) toast({ state: 'succeeded', title: `${plural(went, 'target')} registered` })
      if (went === results.length) onClose()
    },
  })
  const [missing, setMissing] = useState(false)
  const none = missing && taken.length === 0
  const trouble = read.error ?? save.error
  return (
    <Dialog
      wide
      title="Import from docker context"
      about="Addresses and certificates that Docker's command line keeps on a machine. They are read here; only what you agree to is sent, and stored encrypted."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={save.isPending}
            onClick={() => (taken.length === 0 ? setMissing(true) : save.mutate())}
          >
            {taken.length === 0 ? 'Register targets' : `Register ${plural(taken.length, 'target')}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Folder of contexts"
            type="file"
            hint="~/.docker/contexts, with meta and tls in it."
            error={none && listed.length === 0 ? 'Choose the folder, or an exported file beside it.' : null}
            {...{ webkitdirectory: '' }}
            onChange={(event) => event.target.files && read.mutate(event.target.files)}
          />
          <TextField
            label="Or exported files"
            type="file"
            multiple
            accept=".dockercontext,.tar"
            hint="What docker context export wrote."
            onChange={(event) => event.target.files && read.mutate(event.target.files)}
          />
        </div>
        {found?.length === 0 && (
          <p>There is no context in it. Choose the folder that holds meta, or an exported file.</p>
        )}
        {listed.length > 0 && (
          <>
            {none && (
              <p className="text-failed-ink" role="alert">
                None is marked that could be registered.
              </p>
            )}
            <ul aria-label="Contexts">
              {listed.map(({ context, not }) => {
                const error = ended.find(({ name }) => name === context.name)?.error
                const why = done.has(context.name) ? 'registered' : not
                return (
                  <li key={context.name} className="border-t border-line py-2">
                    <CheckLine
                      label={context.name}
                      hint={`${context.host}${context.tls ? ', with certificates' : ''}${why ? `: ${why}` : ''}`}
                      disabled={not !== null}
                      checked={not === null && !left.has(context.name)}
                      onChange={(event) => {
                        const next = new Set(left)
                        if (event.target.checked) next.delete(context.name)
                        else next.add(context.name)
                        setLeft(next)
                      }}
                    />
                    {error && <p className="pl-6 text-failed-ink">{error}</p>}
                  </li>
                )
              })}
            </ul>
            <TextField
              label="Group"
              hint="Where they belong, such as a site or a customer. May stay empty."
              value={group}
              onChange={(event) => setGroup(event.target.value)}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
