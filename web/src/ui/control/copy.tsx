import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Not a secure context: the old way still works from a click.
    const box = document.createElement('textarea')
    box.value = text
    document.body.append(box)
    box.select()
    const done = document.execCommand('copy')
    box.remove()
    return done
  }
}

export function CopyButton({
  text,
  label = 'Copy',
  look = 'ghost',
  short = false,
}: {
  text: string
  label?: string
  look?: 'ghost' | undefined
  /** Only the mark; the label is read out. */
  short?: boolean
}) {
  const [done, setDone] = useState(false)
  const run = async (): Promise<void> => {
    setDone(await copyText(text))
    setTimeout(() => setDone(false), 1500)
  }
  return (
    <Button look={look} icon={done ? Check : Copy} onClick={() => void run()} aria-label={label}>
      {short ? undefined : done ? 'Copied' : label}
    </Button>
  )
}
