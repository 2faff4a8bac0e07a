// Writes lines at a steady rate, each with the time it was written in ms since the epoch: log-writer.mjs <lines a second>
const perSecond = Number(process.argv[2])
const begun = performance.now()
let written = 0
setInterval(() => {
  const due = Math.floor(((performance.now() - begun) / 1000) * perSecond)
  const at = (performance.timeOrigin + performance.now()).toFixed(2)
  let text = ''
  for (; written < due; written++) text += `t=${at} n=${written} GET /api/orders/4711 200 12ms user=ann region=eu\n`
  if (text) process.stdout.write(text)
}, 5)
