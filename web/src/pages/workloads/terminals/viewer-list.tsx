import { Eye, Keyboard } from 'lucide-react'
import type { Viewers } from '../../../api/terminal.ts'

/** Who is before the terminal, and who of them types. Nothing while one is alone and nobody else may come. */
export function ViewerList({ viewers: { viewers, shared } }: { viewers: Viewers }) {
  if (viewers.length < 2 && !shared) return null
  return (
    <ul className="flex items-center gap-2 min-w-0 overflow-x-auto" aria-label="Viewers">
      {viewers.map(({ username, writes, since, you }) => {
        const Icon = writes ? Keyboard : Eye
        const does = writes ? 'types' : 'looks on'
        return (
          <li key={`${username} ${since}`} className="tag" title={`${username} ${does}`}>
            <Icon className="icon-s" aria-hidden />
            <span className="cut">{you ? `${username} (you)` : username}</span>
            <span className="sr-only">{does}</span>
          </li>
        )
      })}
    </ul>
  )
}
