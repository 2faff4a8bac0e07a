import { useQuery } from '@tanstack/react-query'
import type { Policy } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { paths } from '../../../paths.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Tag } from '../../../ui/state/badge.tsx'
import { PolicyForm } from './policy-form.tsx'

const nameOf = (policy: Policy): string => policy.targetName ?? 'The house'

/** What workloads may ask of their hosts: one policy for the house, and those of targets that have their own. */
export function PolicyPage() {
  const [target] = useParam('target')
  const asked = useQuery({ queryKey: keys.policies, queryFn: () => client.policies.list({}) })
  const items = asked.data?.items ?? []
  const chosen = items.find((one) => (target === '' ? one.targetId === null : one.targetId === target))
  return (
    <>
      <PageHead
        title="Policy"
        tab={chosen && chosen.targetId !== null ? `Policy of ${nameOf(chosen)}` : 'Policy'}
        meta="what workloads may ask of their hosts, on every way that makes or changes one"
      />
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      {asked.isPending && <Skeleton />}
      {asked.data && (
        <div className="page pt-2!">
          <div className="panels">
            <Panel title="For" span={3} flush>
              <nav aria-label="Policies">
                <ul>
                  {items.map((one) => (
                    <li key={one.targetId ?? ''} className="border-t border-line">
                      <Go
                        className={`flex items-center gap-2 px-3 py-1.5 min-w-0 ${one === chosen ? 'bg-accent-soft' : ''}`}
                        href={paths.policies(one.targetId ?? undefined)}
                        aria-current={one === chosen ? 'page' : undefined}
                      >
                        <span className="name cut grow">{nameOf(one)}</span>
                        {one.targetId !== null &&
                          (one.own ? <Tag>its own</Tag> : <span className="meta whitespace-nowrap">as the house</span>)}
                      </Go>
                    </li>
                  ))}
                </ul>
              </nav>
            </Panel>
            {chosen ? (
              <PolicyForm key={`${chosen.targetId} ${chosen.changedAt} ${chosen.own}`} policy={chosen} />
            ) : (
              <Empty title="There is no such target.">It may have been removed.</Empty>
            )}
          </div>
        </div>
      )}
    </>
  )
}
