import { useMemo } from 'react'
import { Go } from '../../../../ui/control/link.tsx'
import { type Block, blocks, type Inline } from './parse.ts'

function Piece({ part }: { part: Inline }) {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return <code>{part.text}</code>
    case 'strong':
      return (
        <b className="text-ink">
          <Pieces parts={part.parts} />
        </b>
      )
    case 'em':
      return (
        <em>
          <Pieces parts={part.parts} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Pieces parts={part.parts} />
        </s>
      )
    default:
      return part.href.startsWith('/') ? (
        <Go className="link" href={part.href}>
          <Pieces parts={part.parts} />
        </Go>
      ) : (
        <a className="link" href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          <Pieces parts={part.parts} />
        </a>
      )
  }
}
const Pieces = ({ parts }: { parts: readonly Inline[] }) =>
  // oxlint-disable-next-line react/no-array-index-key -- the pieces of one text never change places
  parts.map((part, index) => <Piece key={index} part={part} />)

function Shown({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading': {
      const Head = `h${block.level + 2}` as 'h3'
      return (
        <Head>
          <Pieces parts={block.parts} />
        </Head>
      )
    }
    case 'paragraph':
      return (
        <p>
          <Pieces parts={block.parts} />
        </p>
      )
    case 'quote':
      return (
        <blockquote>
          <Pieces parts={block.parts} />
        </blockquote>
      )
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      )
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List>
          {block.items.map((parts, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- as above
            <li key={index}>
              <Pieces parts={parts} />
            </li>
          ))}
        </List>
      )
    }
    default:
      return <hr />
  }
}

/** A text of somebody else: made of elements, never of HTML. */
export function Markdown({ text }: { text: string }) {
  const parsed = useMemo(() => blocks(text), [text])
  return (
    <div className="markdown">
      {parsed.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- as above
        <Shown key={index} block={block} />
      ))}
    </div>
  )
}
