import { useRouter } from '@tanstack/react-router'
import { Bomb } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { lastWords } from './words.ts'

/** Leads to the last words of what crashed last, of the services that are chosen. */
export function LastCrash({ service, stack, target }: { service: string; stack: string; target: string }) {
  const router = useRouter()
  const [isBusy, setBusy] = useState(false)
  const go = async (): Promise<void> => {
    setBusy(true)
    try {
      const { items } = await client.logHistory.lives({
        service: service || undefined,
        stack: stack || undefined,
        target: target || undefined,
        outcome: 'crashed',
        limit: 1,
      })
      const [life] = items
      if (life) router.history.push(paths.logs(lastWords(life)))
      else toast({ state: 'succeeded', title: 'None of these services has crashed, as far as their lives are kept' })
    } catch (error) {
      toast({ state: 'failed', title: 'The last crash was not found', detail: wordsFor(error).what, stays: true })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button icon={Bomb} busy={isBusy} title="To the last words of what crashed last" onClick={() => void go()}>
      Last crash
    </Button>
  )
}
