/** The brass mark. */
export function Wheel() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" aria-hidden>
      <circle cx="10" cy="10" r="5.6" />
      <circle cx="10" cy="10" r="1.7" />
      <path d="M10 8.3V1.2M10 11.7v7.1M8.3 10H1.2M11.7 10h7.1M8.8 8.8l-5-5M11.2 11.2l5 5M11.2 8.8l5-5M8.8 11.2l-5 5" />
    </svg>
  )
}
