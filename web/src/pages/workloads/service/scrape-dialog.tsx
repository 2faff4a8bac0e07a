import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Scrape, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { millis, plural } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536

/** Sets where a service tells metrics. It can be tried before. */
export function ScrapeDialog({
  service,
  scrape,
  onClose,
}: {
  service: Service
  scrape: Scrape | null
  onClose: () => void
}) {
  const cache = useQueryClient()
  const [port, setPort] = useState(
    String(scrape?.port ?? service.ports.find(({ protocol }) => protocol === 'tcp')?.port ?? ''),
  )
  const [path, setPath] = useState(scrape?.path ?? '/metrics')
  const [scheme, setScheme] = useState<'http' | 'https'>(scrape?.scheme ?? 'http')
  const [seconds, setSeconds] = useState(String((scrape?.intervalMs ?? 10_000) / 1000))
  const [authorization, setAuthorization] = useState('')
  const wrong: Record<string, string> = {}
  if (!isPort(port)) wrong.port = 'Use a port from 1 to 65535, the one inside the container.'
  if (!/^\/[^\s#]*$/.test(path)) wrong.path = 'Use a path, such as /metrics.'
  if (!(Number(seconds) >= 5 && Number(seconds) <= 3_600)) wrong.seconds = 'Use 5 to 3600 seconds.'
  const asked = {
    id: service.id,
    port: Number(port),
    path,
    scheme,
    ...(authorization === '' ? {} : { headers: { Authorization: authorization } }),
  }
  const test = useMutation({ mutationFn: () => client.scrapes.test(asked) })
  const save = useMutation({
    mutationFn: () => client.scrapes.set({ ...asked, intervalMs: Math.round(Number(seconds) * 1000) }),
    onSuccess: () => {
      void cache.invalidateQueries({ queryKey: keys.scrapes(service.name) })
      toast({ state: 'succeeded', title: `${service.name} is scraped from now on` })
      onClose()
    },
  })
  const told = test.data
  const hidden = scrape?.headers.includes('Authorization') === true
  return (
    <FormDialog
      title={`Scrape ${service.name}`}
      act="Scrape it"
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Port"
              inputMode="numeric"
              hint="Inside the container, or of the process."
              value={port}
              error={words.port}
              onChange={(event) => setPort(event.target.value.trim())}
            />
            <TextField
              label="Path"
              className="mono"
              value={path}
              error={words.path}
              spellCheck={false}
              onChange={(event) => setPath(event.target.value.trim())}
            />
            <TextField
              label="Seconds between two scrapes"
              inputMode="numeric"
              value={seconds}
              error={words.seconds}
              onChange={(event) => setSeconds(event.target.value.trim())}
            />
            <TextField
              label="Authorization"
              type="password"
              hint={hidden ? 'Stored encrypted. Empty: it stays.' : 'Such as Bearer …; stored encrypted. Empty: none.'}
              value={authorization}
              autoComplete="new-password"
              onChange={(event) => setAuthorization(event.target.value)}
            />
          </div>
          <Segment
            label="Scheme"
            value={scheme}
            options={[
              { value: 'http', label: 'http' },
              { value: 'https', label: 'https' },
            ]}
            onPick={(value) => setScheme(value === 'https' ? 'https' : 'http')}
          />
          <div className="flex flex-wrap items-center gap-3">
            <Button busy={test.isPending} onClick={() => Object.keys(wrong).length === 0 && test.mutate()}>
              Try it
            </Button>
            <span className="meta" role="status">
              {test.error
                ? wordsFor(test.error).what
                : told
                  ? told.ok
                    ? `It answered ${plural(told.series, 'series', 'series')} in ${millis(told.tookMs)}${told.leftOut > 0 ? `; ${told.leftOut} more are left out` : ''}.`
                    : told.problem
                  : 'Asks once and keeps nothing.'}
            </span>
          </div>
        </>
      )}
    </FormDialog>
  )
}
