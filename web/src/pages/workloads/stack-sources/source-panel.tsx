import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { GitBranch, PenLine, RefreshCw, Unplug } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { HookDialog } from './hook-dialog.tsx'
import { type Connected, SourceDialog } from './source-dialog.tsx'
import { SyncDialog } from './sync-dialog.tsx'

const results = { applied: 'applied', unchanged: 'nothing new', failed: 'failed' } as const

/** The repository that a stack follows, and what came of it last; or the way to connect one. */
export function SourcePanel({
  stack,
  title = 'Git',
  span = 12,
}: {
  stack: { id: string; name: string; targetId: string }
  title?: string
  span?: number
}) {
  const may = useMay()
  const cache = useQueryClient()
  const [open, setOpen] = useState<'settings' | 'sync' | 'disconnect' | null>(null)
  const [made, setMade] = useState<Connected | null>(null)
  const asked = useQuery({
    queryKey: [...keys.stackSources, stack.id],
    queryFn: () =>
      client.stackSources
        .list({ q: stack.name, limit: 500 })
        .then(({ items }) => items.find(({ id }) => id === stack.id) ?? null),
    refetchInterval: 5_000,
  })
  const disconnect = useMutation({
    mutationFn: () => client.stackSources.disconnect({ id: stack.id }),
    onSuccess: () => {
      setOpen(null)
      void cache.invalidateQueries({ queryKey: keys.stacks })
    },
  })
  const source = asked.data
  const applies = may('stacks.apply', { targetId: stack.targetId })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (source === undefined || (source === null && !applies)) return null
  const close = (): void => setOpen(null)
  return (
    <Panel title={title} span={span}>
      {source === null ? (
        <div className="flex flex-col gap-2 items-start">
          <p className="text-ink-3">Let it follow a file of a repository: each new commit is planned and applied.</p>
          <Button icon={GitBranch} onClick={() => setOpen('settings')}>
            Connect to git…
          </Button>
        </div>
      ) : (
        <div className="flex flex-col gap-3 min-w-0">
          <Facts
            rows={[
              [
                'From',
                <span key="url" className="mono break-all">
                  {source.url}
                </span>,
              ],
              [
                'File',
                <span key="file" className="mono break-all">
                  {source.path} on {source.branch}
                </span>,
              ],
              source.commit
                ? [
                    'Commit',
                    <span key="commit" className="min-w-0">
                      <span className="mono">{source.commit.hash.slice(0, 10)}</span> {source.commit.message}
                      <span className="meta block">
                        {source.commit.author}, <Age at={source.commit.at} suffix=" ago" />
                      </span>
                    </span>,
                  ]
                : null,
              [
                'Last sync',
                source.lastResult === null ? (
                  'not yet'
                ) : (
                  <span key="sync" className="flex gap-1 items-center">
                    <Glyph state={source.lastResult === 'failed' ? 'failed' : 'succeeded'} />
                    <span>
                      {results[source.lastResult]}, <Age at={source.lastSyncAt} suffix=" ago" />
                    </span>
                  </span>
                ),
              ],
              [
                'Asked',
                source.pollSeconds === null
                  ? source.hookPath
                    ? 'by its webhook'
                    : 'by hand'
                  : `every ${source.pollSeconds} s${source.hookPath ? ' and by its webhook' : ''}`,
              ],
              ['For', source.owner],
            ]}
          />
          {source.lastError && (
            <p className="note warn">
              <Glyph state="failed" />
              <span>{source.lastError}</span>
            </p>
          )}
          {applies && (
            <div className="flex flex-wrap gap-2">
              <Button icon={RefreshCw} look="primary" onClick={() => setOpen('sync')}>
                Sync now…
              </Button>
              <Button icon={PenLine} onClick={() => setOpen('settings')}>
                Change…
              </Button>
              <Button icon={Unplug} look="ghost" onClick={() => setOpen('disconnect')}>
                Disconnect…
              </Button>
            </div>
          )}
        </div>
      )}
      {open === 'settings' && (
        <SourceDialog
          stack={stack}
          source={source ?? undefined}
          onDone={(done) => {
            close()
            if (done.hookSecret !== null) setMade(done)
          }}
          onClose={close}
        />
      )}
      {open === 'sync' && source && <SyncDialog source={source} onClose={close} />}
      {open === 'disconnect' && source && (
        <DestroyDialog
          title={`Disconnect ${stack.name} from its repository?`}
          keep="Keep following"
          act="Disconnect"
          busy={disconnect.isPending}
          onAct={() => disconnect.mutate()}
          onClose={close}
        >
          {disconnect.error && <TroubleBox trouble={wordsFor(disconnect.error)} />}
          <p>The stack stays as it is. Its credentials for {source.url} are forgotten.</p>
        </DestroyDialog>
      )}
      {made && <HookDialog source={made} onClose={() => setMade(null)} />}
    </Panel>
  )
}
