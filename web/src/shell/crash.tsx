import { Component, type ReactNode } from 'react'
import { wordsFor } from '../api/trouble.ts'
import { Button } from '../ui/control/button.tsx'
import { TroubleBox } from '../ui/page/told.tsx'

interface Props {
  readonly children: ReactNode
  /** A new value gives the page another try. */
  readonly resetKey: string
}

/** A page that breaks leaves the rest standing. */
export class Crash extends Component<Props, { error: unknown; at: string }> {
  override state: { error: unknown; at: string } = { error: null, at: '' }

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error }
  }

  override componentDidUpdate(before: Props): void {
    if (before.resetKey !== this.props.resetKey && this.state.error !== null) this.setState({ error: null })
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <div className="page">
        <h1 className="mb-3">This page broke</h1>
        <TroubleBox
          trouble={wordsFor(this.state.error)}
          action={<Button onClick={() => window.location.reload()}>Reload page</Button>}
        />
      </div>
    )
  }
}
