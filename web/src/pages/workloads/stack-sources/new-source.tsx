import { useQuery } from '@tanstack/react-query'
import type { StackSource } from '@wheelhouse/contract'
import { GitBranch } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SourcePanel } from './source-panel.tsx'
import { HookDialog } from './hook-dialog.tsx'
import { type Connected, SourceDialog } from './source-dialog.tsx'
import { SyncDialog } from './sync-dialog.tsx'

/** Connects a stack that is not there yet, and goes on to the plan. */
export function NewSource() {
  const [open, setOpen] = useState(false)
  const [hook, setHook] = useState<Connected | null>(null)
  const [made, setMade] = useState<StackSource | null>(null)
  return (
    <>
      <Button icon={GitBranch} onClick={() => setOpen(true)}>
        From git…
      </Button>
      {open && (
        <SourceDialog
          onDone={(source) => {
            setOpen(false)
            setMade(source)
            if (source.hookSecret !== null) setHook(source)
          }}
          onClose={() => setOpen(false)}
        />
      )}
      {hook && <HookDialog source={hook} onClose={() => setHook(null)} />}
      {made && !hook && <SyncDialog source={made} onClose={() => setMade(null)} />}
    </>
  )
}

/** Those whose first sync has not been: their stacks are in no list yet. */
export function UnsyncedSources({ known }: { known: ReadonlySet<string> }) {
  const asked = useQuery({
    queryKey: keys.stackSources,
    queryFn: () => client.stackSources.list({ limit: 500 }),
    refetchInterval: 10_000,
  })
  const waiting = asked.data?.items.filter(({ id }) => !known.has(id)) ?? []
  if (waiting.length === 0) return null
  return (
    <div className="page pb-0!">
      <div className="panels">
        {waiting.map((source) => (
          <SourcePanel
            key={source.id}
            title={`${source.stack} on ${source.targetName}, not synced yet`}
            span={6}
            stack={{ id: source.id, name: source.stack, targetId: source.targetId }}
          />
        ))}
      </div>
    </div>
  )
}
