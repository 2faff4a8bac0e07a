import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import { Glyph } from '../state/glyph.tsx'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'danger' | 'danger-quiet' | 'ghost' | undefined
  readonly icon?: LucideIcon | undefined
  /** The key that does the same. */
  readonly hint?: string | undefined
  readonly size?: 'lg'
  /** At work: shows the moving ring and takes no click. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({
  look,
  icon: Icon,
  hint,
  size,
  busy = false,
  className = '',
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const classes = ['btn', look && `btn-${look}`, size && `btn-${size}`, children === undefined && 'btn-icon', className]
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      disabled={disabled || busy}
      aria-busy={busy}
      {...rest}
    >
      {busy ? <Glyph state="starting" /> : Icon && <Icon className="icon-s" aria-hidden />}
      {children}
      {hint && <kbd aria-hidden>{hint}</kbd>}
    </button>
  )
}
