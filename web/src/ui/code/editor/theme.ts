import { EditorView } from '@codemirror/view'

const floating = {
  backgroundColor: 'var(--overlay)',
  color: 'var(--ink-2)',
  border: '1px solid var(--line-strong)',
  borderRadius: 'var(--r-2)',
  boxShadow: 'var(--shadow-2)',
  zIndex: 'var(--z-menu)',
}
const wavy = (tone: string): Record<string, string> => ({
  // The drawing that comes with the mark has a colour of its own.
  backgroundImage: 'none',
  textDecoration: `underline wavy var(--${tone})`,
  textDecorationThickness: '1px',
  textUnderlineOffset: '3px',
  textDecorationSkipInk: 'none',
})
const phone = '@media (max-width: 767px)'

/** The look of the editor in tokens only, so that both themes are one. */
export const theme = EditorView.theme({
  '&': { color: 'var(--ink-2)', backgroundColor: 'var(--sunken)', flex: '1', minHeight: '0', minWidth: '0' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '400 var(--text-meta) / 20px var(--mono)', letterSpacing: '0' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-line': { padding: '0 12px' },
  '.cm-line.cm-bad': { backgroundColor: 'var(--failed-soft)' },
  '.cm-line.cm-warn': { backgroundColor: 'var(--degraded-soft)' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-specialChar': { color: 'var(--failed-ink)' },

  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--ink-3)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 6px', minWidth: '32px' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--ink)' },
  '.cm-gutter-lint': { width: '18px' },
  '.cm-gutter-lint .cm-gutterElement': {
    display: 'grid',
    placeItems: 'center',
    padding: '0 5px 0 3px',
  },
  '.cm-lint-marker': { content: 'normal', width: '10px', height: '10px' },
  '.cm-lint-marker-error': {
    content: 'normal',
    backgroundColor: 'var(--failed)',
    clipPath: 'polygon(50% 0, 100% 50%, 50% 100%, 0 50%)',
  },
  '.cm-lint-marker-warning': {
    content: 'normal',
    backgroundColor: 'var(--degraded)',
    clipPath: 'polygon(50% 5%, 100% 95%, 0 95%)',
  },
  '.cm-lintRange': { paddingBottom: '0' },
  '.cm-lintRange-error': wavy('failed'),
  '.cm-lintRange-warning': wavy('degraded'),
  '.cm-lintPoint:after': { borderBottomColor: 'var(--failed)' },
  '.cm-lintPoint-warning:after': { borderBottomColor: 'var(--degraded)' },

  '.cm-tooltip': floating,
  '.cm-tooltip-lint': { font: '400 var(--text-meta) / 16px var(--sans)', padding: '4px 0' },
  '.cm-tooltip.cm-tooltip-hover': { maxWidth: 'min(480px, 90vw)' },
  '.cm-diagnostic': { padding: '4px 10px', marginLeft: '0', overflowWrap: 'anywhere' },
  '.cm-diagnostic-error': { borderLeft: 'none', color: 'var(--failed-ink)' },
  '.cm-diagnostic-warning': { borderLeft: 'none', color: 'var(--degraded-ink)' },

  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    fontSize: 'var(--text-meta)',
    maxHeight: '252px',
    minWidth: '180px',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'center',
    gap: '12px',
    padding: '0 8px',
    lineHeight: '28px',
    borderRadius: 'var(--r-1)',
    color: 'var(--ink-2)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent-ink)', fontWeight: '500' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    color: 'var(--ink-3)',
    fontStyle: 'normal',
    fontFamily: 'var(--sans)',
    fontSize: 'var(--text-micro)',
  },
  '.cm-tooltip.cm-completionInfo': {
    ...floating,
    font: '400 var(--text-meta) / 16px var(--sans)',
    padding: '8px 10px',
    maxWidth: 'min(320px, 90vw)',
  },

  [phone]: {
    // Smaller text makes a phone zoom in as soon as it is touched.
    '.cm-scroller': { fontSize: '16px', lineHeight: '24px' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontSize: 'var(--text-lead)' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { lineHeight: '44px' },
    '.cm-tooltip.cm-completionInfo': { display: 'none' },
  },
})
