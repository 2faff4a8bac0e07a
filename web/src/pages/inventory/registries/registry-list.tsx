import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Registry } from '@wheelhouse/contract'
import { Ellipsis, Plus } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Table } from '../../../ui/list/table.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { RegistryDialog } from './registry-dialog.tsx'
import { RemoveRegistry } from './remove-registry.tsx'
import { registryGlyph, registryWords } from './words.ts'

type Layer = { readonly kind: 'edit' | 'remove'; readonly registry: Registry }

/** Where images come from and go to, and whether we may. */
export function RegistryList() {
  const may = useMay()
  const cache = useQueryClient()
  const [adding, setAdding] = useParam('add')
  const [layer, setLayer] = useState<Layer | null>(null)
  const list = useQuery({
    queryKey: keys.registries,
    queryFn: () => allPages((cursor) => client.registries.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
    refetchInterval: 30_000,
  })
  const check = useMutation({
    mutationFn: (registry: Registry) => client.registries.check({ id: registry.id }),
    onSuccess: ({ name, state, reason }) =>
      toast({
        state: state === 'ok' ? 'succeeded' : 'failed',
        title: `${name} ${registryWords[state]}`,
        ...(reason === null ? {} : { detail: reason, stays: true }),
      }),
    onError: (error) => toast({ state: 'failed', title: 'Not tried', detail: wordsFor(error).what, stays: true }),
    onSettled: () => void cache.invalidateQueries({ queryKey: keys.registries }),
  })
  const manages = may('registries.manage')
  const rows = list.data ?? []
  const add = manages && (
    <Button look="primary" icon={Plus} onClick={() => setAdding('1')}>
      Add registry…
    </Button>
  )
  return (
    <>
      <PageHead title="Registries" meta="where images come from" actions={rows.length > 0 && add} />
      {list.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(list.error)} retry={() => void list.refetch()} />
        </div>
      )}
      {list.isPending && <Skeleton />}
      {list.data && rows.length === 0 && (
        <Empty title="No registries yet." action={add}>
          Images without a sign-in are pulled as they are. Add one whose images need a sign-in, or whose tags you want
          to see.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          label="Registries"
          rows={rows}
          keyOf={(registry) => registry.id}
          hrefOf={(registry) => paths.registry(registry.id)}
          actsWidth="104px"
          acts={(registry) => (
            <>
              <Button
                look="ghost"
                busy={check.isPending && check.variables.id === registry.id}
                aria-label={`Try ${registry.name}`}
                onClick={() => check.mutate(registry)}
              >
                Try
              </Button>
              {manages && (
                <Menu
                  trigger={
                    <button type="button" className="btn btn-ghost btn-icon" aria-label={`Actions of ${registry.name}`}>
                      <Ellipsis className="icon-s" aria-hidden />
                    </button>
                  }
                  entries={[
                    { label: 'Change…', run: () => setLayer({ kind: 'edit', registry }) },
                    null,
                    { label: 'Remove…', danger: true, run: () => setLayer({ kind: 'remove', registry }) },
                  ]}
                />
              )}
            </>
          )}
          columns={[
            {
              key: 'name',
              label: 'Registry',
              width: 'minmax(160px, 1.4fr)',
              phone: 'title',
              render: ({ name, state }) => (
                <>
                  <Glyph state={registryGlyph[state]} label={registryWords[state]} />
                  <span className="cut">{name}</span>
                  {state !== 'ok' && (
                    <span className={`font-normal text-meta shrink-0 t-${registryGlyph[state]}`}>
                      {registryWords[state]}
                    </span>
                  )}
                </>
              ),
            },
            {
              key: 'address',
              label: 'Address',
              width: 'minmax(140px, 1.4fr)',
              render: ({ address }) => (
                <span className="mono text-ink-3" title={address}>
                  {address}
                </span>
              ),
            },
            {
              key: 'user',
              label: 'Signs in as',
              width: 'minmax(90px, 0.9fr)',
              render: ({ username }) => username ?? <span className="text-ink-3">nobody</span>,
            },
            {
              key: 'reason',
              label: 'Why',
              width: 'minmax(120px, 1.6fr)',
              phone: 'line',
              render: ({ reason }) =>
                reason && (
                  <span className="text-degraded-ink" title={reason}>
                    {reason}
                  </span>
                ),
            },
            {
              key: 'safe',
              label: 'Wire',
              width: '84px',
              phone: 'hide',
              render: ({ insecure }) => (insecure ? 'insecure' : 'https'),
            },
            {
              key: 'checked',
              label: 'Tried',
              width: '64px',
              num: true,
              phone: 'side',
              render: ({ checkedAt }) => <Age at={checkedAt} />,
            },
          ]}
        />
      )}
      {(adding === '1' || layer?.kind === 'edit') && (
        <RegistryDialog
          registry={layer?.kind === 'edit' ? layer.registry : null}
          onClose={() => {
            setAdding('')
            setLayer(null)
          }}
        />
      )}
      {layer?.kind === 'remove' && <RemoveRegistry registry={layer.registry} onClose={() => setLayer(null)} />}
    </>
  )
}
