/** What preflight looks at. */
export interface CertificateFacts {
  readonly name: string
  readonly daysLeft: number
  readonly notAfter: string
}
