// Starts a demo farm: simulated printers, the cloud, one hub per five printers, an organisation with
// everything in it. Uses only what a user could: the programs' flags and the public API.
//
//   node demo.mjs BIN WEB DATA PRINTERS LISTEN PORT SPEED FRESH
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Api } from './api.mjs'
import { Family, listening_fault, wait_for } from './processes.mjs'

const [bin, web, data, printers_text, listen, port_text, speed, fresh] = process.argv.slice(2)
const printer_count = Number(printers_text)
const port = Number(port_text)
const url = `http://${listen === '0.0.0.0' ? 'localhost' : listen}:${port}`
const demo_file = path.join(data, 'demo.json')
const printers_per_hub = 5
const demo_entries = ['cloud', 'demo.json', 'demo.json.new', 'hubs', 'logs', 'sim']

const family = new Family(path.join(data, 'logs'))
const say = (text) => console.log(text)

// Stopping the others makes more fail; only the first cause is told.
let failed = false
async function fail(text) {
  if (failed) return
  failed = true
  console.error(`error: ${text}`)
  await family.stop()
  process.exit(1)
}

function make_folder() {
  try {
    fs.mkdirSync(path.join(data, 'logs'), { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new Error(`${data} cannot be written (${error.code}). Name another folder with --data.`)
  }
}

async function check_port() {
  const code = await listening_fault(listen, port)
  if (!code) return
  const remedies = {
    EADDRINUSE: `Port ${port} on ${listen} is taken. Choose another one with --port.`,
    EACCES: `Port ${port} needs root. Choose one above 1023 with --port.`,
  }
  throw new Error(
    remedies[code] ?? `${listen} is no address of this machine (${code}). Name one that is with --listen.`,
  )
}

// Only a folder with nothing in it but a demo: a mistyped --data must not cost anybody their files.
function forget_data() {
  if (!fs.existsSync(data)) return
  const found = fs.readdirSync(data)
  const foreign = found.find((name) => !demo_entries.includes(name))
  if (foreign) {
    throw new Error(
      `${data} holds ${foreign}, which is of no demo, so --fresh leaves it alone. Name another --data.`,
    )
  }
  for (const name of found) fs.rmSync(path.join(data, name), { recursive: true, force: true })
}

function remembered() {
  try {
    return JSON.parse(fs.readFileSync(demo_file, 'utf8'))
  } catch {
    return undefined
  }
}

async function start_simulator() {
  const dir = path.join(data, 'sim')
  const list = path.join(dir, 'printers.json')
  fs.rmSync(list, { force: true })
  family.start('printers', path.join(bin, 'printfarm-sim'), [
    '--printers', String(printer_count), '--data-dir', dir, '--speed', speed,
  ])
  await wait_for(() => fs.existsSync(list), 60_000, 'the simulated printers')
  return JSON.parse(fs.readFileSync(list, 'utf8')).printers
}

async function start_cloud() {
  family.start('cloud', path.join(bin, 'printfarm'), [
    'serve', '--listen', listen, '--port', String(port), '--data-dir', path.join(data, 'cloud'),
    '--web', web, '--mail-to-log',
  ])
  await wait_for(() => api.is_ready(), 60_000, 'the cloud')
}

async function sign_in(known) {
  const account = {
    email: known?.email ?? 'demo@printfarm.example',
    password: known?.password ?? randomBytes(9).toString('base64url'),
  }
  if (known && (await api.login(account))) return account
  const created = await api.register({ ...account, name: 'Demo', organization_name: 'Demo farm' })
  if (created) return account
  throw new Error(`${data} holds an account whose password is not in demo.json. Use --fresh.`)
}

async function start_hub(number) {
  const dir = path.join(data, 'hubs', String(number))
  const program = path.join(bin, 'printfarm-hub')
  const id_file = path.join(dir, 'demo-hub.json')
  if (!fs.existsSync(id_file)) {
    fs.mkdirSync(dir, { recursive: true })
    const before = new Set((await api.all('/api/hubs')).map((hub) => hub.id))
    const { claim_token } = await api.post('/api/hubs/claim', { name: `Shelf ${number}` })
    await family.run(`claim-${number}`, program, ['claim', claim_token, '--cloud', url, '--data-dir', dir])
    const hub = (await api.all('/api/hubs')).find((one) => !before.has(one.id))
    fs.writeFileSync(id_file, JSON.stringify({ hub_id: hub.id }))
  }
  family.start(`hub-${number}`, program, ['run', '--cloud', url, '--data-dir', dir])
  return JSON.parse(fs.readFileSync(id_file, 'utf8')).hub_id
}

async function add_printers(simulated) {
  const known = new Set((await api.all('/api/printers')).map((printer) => printer.serial_number))
  for (let first = 0; first < simulated.length; first += printers_per_hub) {
    const hub_id = await start_hub(first / printers_per_hub + 1)
    for (const printer of simulated.slice(first, first + printers_per_hub)) {
      if (known.has(printer.serial_number)) continue
      const { serial_number, ip_address, access_code, model, name, ports } = printer
      await api.post('/api/printers', {
        hub_id, name, serial_number, ip_address, access_code, model, ports,
      })
    }
  }
}

function write_demo_file(account, simulated) {
  const demo = { url, ...account, printers: simulated }
  fs.writeFileSync(`${demo_file}.new`, JSON.stringify(demo, null, 2) + '\n', { mode: 0o600 })
  fs.renameSync(`${demo_file}.new`, demo_file)
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    say('\nStopping ...')
    family.stop().then(() => process.exit(0))
  })
}
family.on_death((name, log) =>
  fail(`${name} ended by itself (its log is ${log}). It said: ${family.last_words(name, 1)}`),
)

const api = new Api(url)
try {
  if (fresh) forget_data()
  make_folder()
  await check_port()
  const simulated = await start_simulator()
  await start_cloud()
  const account = await sign_in(remembered())
  write_demo_file(account, simulated)
  await add_printers(simulated)
  say(`
  PrintFarm is running with ${simulated.length} simulated printers.

    address   ${url}
    e-mail    ${account.email}
    password  ${account.password}

  Data and logs are in ${data}. Ctrl-C stops everything.`)
} catch (error) {
  await fail(error.message)
}
