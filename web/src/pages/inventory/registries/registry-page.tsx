import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Registry, RegistryTag } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { useEngines } from '../../workloads/engine-field.tsx'
import { PullDialog } from '../../workloads/images/pull-dialog.tsx'
import { TagTable } from './tag-table.tsx'
import { registryGlyph, registryWords } from './words.ts'

/** What a registry holds: repositories, and the tags of the one that is chosen. */
export function RegistryPage() {
  const { id = '' } = useParams({ strict: false })
  const list = useQuery({
    queryKey: keys.registries,
    queryFn: () => allPages((cursor) => client.registries.list({ limit: 1000, ...(cursor ? { cursor } : {}) })),
  })
  const registry = list.data?.find((row) => row.id === id)
  if (registry) return <Known registry={registry} />
  return (
    <>
      <PageHead title="Registry" crumbs={[{ label: 'Registries', href: paths.registries() }]} />
      {list.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(list.error)} retry={() => void list.refetch()} />
        </div>
      )}
      {list.isPending && <Skeleton />}
      {list.data && <Empty title="There is no such registry.">It may have been removed.</Empty>}
    </>
  )
}

function Known({ registry }: { registry: Registry }) {
  const cache = useQueryClient()
  const may = useMay()
  const engines = useEngines('images')
  const [repository, setRepository] = useParam('repository')
  const [q, setQ] = useParam('q')
  const [pulling, setPulling] = useState<string | null>(null)
  const [removing, setRemoving] = useState<RegistryTag | null>(null)
  const repositories = useQuery({
    queryKey: keys.repositories(registry.id),
    queryFn: () =>
      allPages((cursor) =>
        client.registries.repositories({ id: registry.id, limit: 1000, ...(cursor ? { cursor } : {}) }),
      ),
    retry: false,
  })
  const tags = useQuery({
    queryKey: keys.registryTags(registry.id, repository),
    queryFn: () => client.registries.tags({ id: registry.id, repository, limit: 100 }),
    enabled: repository !== '',
    retry: false,
  })
  const wish = { id: registry.id, repository, tag: removing?.tag ?? '' }
  const plan = useQuery({
    queryKey: keys.plan('registries.removeTag', wish),
    queryFn: () => client.registries.removeTag.plan(wish),
    enabled: removing !== null,
    staleTime: 0,
    retry: false,
  })
  const remove = useMutation({
    mutationFn: () => client.registries.removeTag(wish),
    onSuccess: () => {
      toast({ state: 'stopped', title: `${repository}:${wish.tag} is deleted from ${registry.name}` })
      void cache.invalidateQueries({ queryKey: ['registries'] })
      setRemoving(null)
    },
  })
  const prefix = registry.address === 'docker.io' ? '' : `${registry.address}/`
  const shown = (repositories.data ?? []).filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  const trouble = remove.error ?? plan.error
  return (
    <>
      <PageHead
        title={registry.name}
        crumbs={[{ label: 'Registries', href: paths.registries() }]}
        badge={<Badge state={registryGlyph[registry.state]}>{registryWords[registry.state]}</Badge>}
        meta={registry.address}
      />
      <div className="page pt-2!">
        <div className="panels">
          <Panel
            title="Repositories"
            meta={repositories.data && plural(repositories.data.length, 'repository', 'repositories')}
            span={4}
          >
            <div className="flex flex-col gap-2">
              <FilterBox label="Filter repositories" placeholder="Filter, or name one" value={q} onChange={setQ} />
              {repositories.error && <p className="text-ink-3">{wordsFor(repositories.error).what}</p>}
              {q !== '' && shown.every(({ name }) => name !== q) && (
                <Button onClick={() => setRepository(q)}>Show the tags of {q}</Button>
              )}
              <ul className="flex flex-col">
                {shown.slice(0, 500).map(({ name }) => (
                  <li key={name}>
                    <button
                      type="button"
                      className={`mono cut w-full text-left py-1 ${name === repository ? 'text-accent-ink font-medium' : ''}`}
                      aria-pressed={name === repository}
                      onClick={() => setRepository(name)}
                    >
                      {name}
                    </button>
                  </li>
                ))}
              </ul>
              {shown.length > 500 && <p className="text-ink-3">{shown.length - 500} more. Filter to see them.</p>}
            </div>
          </Panel>
          <Panel title={repository || 'Tags'} meta={tags.data && plural(tags.data.total, 'tag')} span={8} flush>
            {repository === '' && <p className="panel-body text-ink-3">Choose a repository to see its tags.</p>}
            {tags.error && (
              <div className="p-3">
                <TroubleBox trouble={wordsFor(tags.error)} retry={() => void tags.refetch()} />
              </div>
            )}
            {repository !== '' && tags.isPending && <Skeleton />}
            {tags.data && (
              <TagTable
                tags={tags.data.items}
                canPull={engines.length > 0}
                canRemove={may('registries.manage')}
                onPull={(tag) => setPulling(`${prefix}${repository}:${tag}`)}
                onRemove={setRemoving}
              />
            )}
          </Panel>
        </div>
      </div>
      {pulling !== null && <PullDialog at="" image={pulling} onClose={() => setPulling(null)} />}
      {removing && (
        <DestroyDialog
          title={`Delete ${repository}:${removing.tag} from ${registry.name}?`}
          typeName={removing.tag}
          keep="Keep tag"
          act={`Delete ${removing.tag}`}
          ready={plan.data !== undefined && !plan.error}
          busy={remove.isPending}
          onAct={() => remove.mutate()}
          onClose={() => setRemoving(null)}
        >
          {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
          {plan.data && !plan.error && <PlanView plan={plan.data} />}
        </DestroyDialog>
      )}
    </>
  )
}
