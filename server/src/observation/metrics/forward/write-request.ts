/** One value of one series. */
export interface Written {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const lengthDelimited = 2
const fixed64 = 1

function varintBytes(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Buffer.from(bytes)
}

const fieldOf = (number: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | lengthDelimited), varintBytes(body.length), body])

/** Labels of a series in the order of their names, which is how receivers want them. */
export function labelsOf({ name, labels }: Omit<Written, 'value'>): Buffer {
  const pairs = Object.entries({ ...labels, __name__: name }).filter(([, value]) => value !== '')
  const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat(
    sorted.map(([name, value]) =>
      fieldOf(1, Buffer.concat([fieldOf(1, Buffer.from(name)), fieldOf(2, Buffer.from(value))])),
    ),
  )
}

/** The NaN by which Prometheus says that a series is there no more. */
const stale = Buffer.from('020000000000f07f', 'hex')

/** A series with one sample; null for the end of the series. `at` is epoch ms. */
export function seriesOf(labels: Buffer, value: number | null, at: number): Buffer {
  const number = Buffer.allocUnsafe(8)
  if (value === null) stale.copy(number)
  else number.writeDoubleLE(value)
  const sample = Buffer.concat([Buffer.of((1 << 3) | fixed64), number, Buffer.of(2 << 3), varintBytes(at)])
  return fieldOf(1, Buffer.concat([labels, fieldOf(2, sample)]))
}
