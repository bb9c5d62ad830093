// A farm of the real programs for one test file: simulated printers, the cloud, hubs, all in a
// temporary folder, all stopped at the end.
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Api } from '../../tools/demo/api.mjs'
import { Family, wait_for } from '../../tools/demo/processes.mjs'
import { Simulator } from './simulator.mjs'
import { PrivatePostgres, is_wanted as postgres_is_wanted } from '../private_postgres.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const bin = process.env.PRINTFARM_BIN ?? path.join(root, 'build/release/bin')
// Models that print alike. An X1 Carbon reports twice as often, so its prints take less time.
const fixtures = { N1: 'cube_a1mini.gcode.3mf', 'BL-P001': 'cube_x1carbon.gcode.3mf' }
export const patience_ms = 120_000

function free_port() {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

// A net of 127.0.0.0/8 of its own for each farm, so that none meets another's printers.
function own_network() {
  const octet = () => 16 + Math.floor(Math.random() * 200)
  return `127.${octet()}.${octet()}`
}

export class Farm {
  static async start({ printers = 1, model = 'N1', speed = 200, cloud_options = [] } = {}) {
    const farm = new Farm()
    farm.cloud_options = cloud_options
    farm.network = own_network()
    farm.data = fs.mkdtempSync(path.join(os.tmpdir(), 'printfarm-journey-'))
    farm.family = new Family(path.join(farm.data, 'logs'))
    farm.port = await free_port()
    farm.url = `http://127.0.0.1:${farm.port}`
    farm.api = new Api(farm.url)
    farm.fixture = path.join(root, 'tests/fixtures', fixtures[model])
    await farm.start_simulator(printers, model, speed)
    if (postgres_is_wanted) farm.postgres = await PrivatePostgres.start()
    await farm.start_cloud()
    await farm.api.register({
      email: 'owner@farm.example', password: 'a long password', name: 'Owner',
      organization_name: 'Journey',
    })
    return farm
  }

  async start_simulator(printers, model, speed) {
    const folder = path.join(this.data, 'sim')
    const { child } = this.family.start('printers', path.join(bin, 'printfarm-sim'), [
      '--printers', String(printers), '--models', model, '--data-dir', folder,
      '--speed', String(speed), '--base-address', `${this.network}.1`, '--control',
    ], { is_spoken_with: true })
    this.simulator = new Simulator(child, path.join(folder, 'printers.json'))
    await wait_for(() => this.simulator.is_ready, patience_ms, 'the simulator')
    this.simulated = this.simulator.printers
  }

  async start_cloud() {
    this.cloud = this.family.start('cloud', path.join(bin, 'printfarm'), [
      'serve', '--port', String(this.port), '--data-dir', path.join(this.data, 'cloud'),
      '--mail-to-log',
      ...this.cloud_options,
      ...(this.postgres ? ['--database', this.postgres.address] : []),
    ])
    await wait_for(() => this.api.is_ready(), patience_ms, 'the cloud')
  }

  // A command of the cloud's program that ends by itself; throws with its last words when it fails.
  run_cloud(args) {
    return this.family.run('command', path.join(bin, 'printfarm'), args)
  }

  hub_arguments() {
    return ['--cloud', this.url, '--data-dir', path.join(this.data, 'hub')]
  }

  start_hub() {
    this.hub = this.family.start('hub', path.join(bin, 'printfarm-hub'), ['run', ...this.hub_arguments()])
  }

  async claim_hub() {
    const { claim_token } = await this.api.post('/api/hubs/claim', {})
    const program = path.join(bin, 'printfarm-hub')
    await this.family.run('claim', program, ['claim', claim_token, ...this.hub_arguments()])
    this.start_hub()
    const [hub] = await this.api.all('/api/hubs')
    this.hub_id = hub.id
    await this.until('the hub is online', async () => (await this.api.get(`/api/hubs/${hub.id}`)).online)
  }

  // The hub inside the server claims itself once there is an organisation to be of.
  async local_hub() {
    await this.until('the local hub is online', async () => {
      const [hub] = await this.api.all('/api/hubs')
      this.hub_id = hub?.id
      return hub?.online
    })
  }

  add_printer(simulated, changes = {}) {
    const { serial_number, ip_address, access_code, model, name, ports } = simulated
    return this.api.post('/api/printers', {
      hub_id: this.hub_id, serial_number, ip_address, access_code, model, name, ports, ...changes,
    })
  }

  async connected(printer) {
    await this.until(`${printer.name} is connected`, async () =>
      (await this.status(printer)).connection?.state === 'connected')
  }

  status(printer) {
    return this.api.get(`/api/printers/${printer.id}/status`)
  }

  upload(file = this.fixture) {
    return this.api.upload('/api/files/upload', path.basename(file), fs.readFileSync(file))
  }

  // The same print in a file that no printer and no cloud has seen: only the archive's comment differs.
  upload_unseen() {
    const bytes = fs.readFileSync(this.fixture)
    const comment = Buffer.from(randomUUID())
    bytes.writeUInt16LE(comment.length, bytes.length - 2)
    return this.api.upload('/api/files/upload', 'unseen.gcode.3mf', Buffer.concat([bytes, comment]))
  }

  create_job(file, printer, further = {}) {
    return this.api.post('/api/jobs', { file_id: file.id, printer_id: printer.id, ...further })
  }

  start_job(job, body = {}) {
    return this.api.answer('POST', `/api/jobs/${job.id}/start`, body)
  }

  // A job on its way to a plate that somebody has just cleared.
  async started_job(file, printer) {
    const job = await this.create_job(file, printer)
    const { status, body } = await this.start_job(job, { plate_cleared: true })
    if (status !== 200 || body.waiting_for) throw new Error(`not started: ${JSON.stringify(body)}`)
    return job
  }

  in_state(job, ...states) {
    return this.until(`the job is ${states.join(' or ')}`, async () =>
      states.includes((await this.job(job)).state))
  }

  async ended(job) {
    await this.in_state(job, 'complete', 'failed', 'cancelled')
    return this.job(job)
  }

  // How the newest attempt stands, which tells more than the job's state.
  async attempt(job) {
    return (await this.api.get(`/api/jobs/${job.id}/story`)).attempts.at(-1)
  }

  attempt_is(job, ...states) {
    return this.until(`the attempt is ${states.join(' or ')}`, async () =>
      states.includes((await this.attempt(job))?.state))
  }

  job(job) {
    return this.api.get(`/api/jobs/${job.id}`)
  }

  // How often the simulated printer was told to print, as the printer itself counts.
  orders_at(printer) {
    const log = fs.readFileSync(path.join(this.data, 'logs/printers.log'), 'utf8')
    return log.split('\n').filter((line) =>
      line.includes('A print was ordered') && line.includes(printer.serial_number)).length
  }

  // What the pattern captures in the newest letter that it matches; letters go to the cloud's log.
  async in_letter(pattern) {
    let found
    await this.until(`a letter like ${pattern}`, () => {
      const log = fs.readFileSync(path.join(this.data, 'logs/cloud.log'), 'utf8')
      found = [...log.matchAll(pattern)].at(-1)?.[1]
      return found !== undefined
    })
    return found
  }

  // Somebody who was invited, joined and signed in.
  async member(role) {
    const account = { email: `${role}-${randomUUID()}@farm.example`, password: 'a long password' }
    const known = this.#letters_with_invitations()
    await this.api.post('/api/invitations', { email: account.email, role })
    await this.until('the invitation', () => this.#letters_with_invitations() > known)
    const token = await this.in_letter(/invite#([\w-]{43})/g)
    const member = new Api(this.url)
    await member.post('/auth/invitations/accept', { token, name: role, password: account.password })
    await member.login(account)
    return member
  }

  #letters_with_invitations() {
    const log = fs.readFileSync(path.join(this.data, 'logs/cloud.log'), 'utf8')
    return [...log.matchAll(/invite#/g)].length
  }

  kill(member) {
    member.expected = true
    member.child.kill('SIGKILL')
    return member.ended
  }

  until(what, is_so, within_ms = patience_ms) {
    return wait_for(is_so, within_ms, what)
  }

  async stop() {
    await this.family.stop()
    await this.postgres?.stop()
    fs.rmSync(this.data, { recursive: true, force: true })
  }
}
