import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { AlertRuleSpec } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { moment } from '../../../../ui/format/age.ts'
import { listed, plural } from '../../../../ui/format/number.ts'
import { Glyph } from '../../../../ui/state/glyph.tsx'

const afterTypingMs = 600
const shown = 5

/** What the rule would have told in the last week, asked for again when it was changed. */
export function RulePreview({ spec }: { spec: AlertRuleSpec | null }) {
  const text =
    spec === null
      ? null
      : JSON.stringify({
          where: spec.where,
          condition: spec.condition,
          forMs: spec.forMs,
          clearAfterMs: spec.clearAfterMs,
        })
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterTypingMs)
    return () => clearTimeout(timer)
  }, [text])
  const asked = useQuery({
    queryKey: keys.alertPreview(settled),
    queryFn: ({ signal: _ }) =>
      client.alertRules.preview({
        rule: {
          name: 'preview',
          severity: 'info',
          ...(JSON.parse(settled ?? '{}') as Pick<AlertRuleSpec, 'where' | 'condition'>),
        },
      }),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  })
  if (text === null) return <p className="meta">Fill the fields to see what it would have told.</p>
  if (asked.error) return <p className="meta">{wordsFor(asked.error).what}</p>
  const found = asked.data
  if (!found) return <p className="meta">Looking back over a week…</p>
  const holding = found.now.filter(({ holds }) => holds).map(({ subject }) => subject)
  return (
    <section
      className={`note ${found.noisy ? 'warn' : 'calm'}`}
      aria-label="What it would have told"
      aria-busy={asked.isFetching}
    >
      <Glyph state={found.noisy ? 'degraded' : 'info'} />
      <div className="min-w-0 grow">
        <p className="text-ink">
          {found.fired === 0
            ? 'It would not have fired last week.'
            : `It would have fired ${plural(found.fired, 'time')} last week.`}
          {holding.length > 0 && ` It holds now for ${listed(holding)}.`}
        </p>
        {found.suggestion && <p>{found.suggestion}</p>}
        {found.episodes.length > 0 && (
          <ul className="meta pt-1">
            {found.episodes.slice(0, shown).map((episode) => (
              <li key={`${episode.subject} ${episode.firedAt}`}>
                {moment(episode.firedAt)} {episode.subject}
                {episode.value !== null && `, up to ${Number(episode.value.toPrecision(3))}`}
              </li>
            ))}
          </ul>
        )}
        {found.limits.map((limit) => (
          <p key={limit} className="meta">
            {limit}
          </p>
        ))}
      </div>
    </section>
  )
}
