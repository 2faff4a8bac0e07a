import { pieces } from './ansi.ts'

/** What a line says, in its colours, with what was searched for marked. */
export function LineText({ text, marks }: { readonly text: string; readonly marks: RegExp | null }) {
  return (
    <span className="text">
      {pieces(text, marks).map((piece, i) => {
        const key = `${i}`
        if (piece.hit) return <mark key={key}>{piece.text}</mark>
        return piece.cls === '' ? (
          <span key={key}>{piece.text}</span>
        ) : (
          <span key={key} className={piece.cls}>
            {piece.text}
          </span>
        )
      })}
    </span>
  )
}
