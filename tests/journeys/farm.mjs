// A farm of the real programs for one test file: simulated printers, the cloud, hubs, all in a
// temporary folder, all stopped at the end.
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Api } from '../../tools/demo/api.mjs'
import { Family, wait_for } from '../../tools/demo/processes.mjs'
import { PrivatePostgres, is_wanted as postgres_is_wanted } from '../private_postgres.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const bin = process.env.PRINTFARM_BIN ?? path.join(root, 'build/release/bin')
const fixture = path.join(root, 'tests/fixtures/cube_a1mini.gcode.3mf')
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
  static async start({ printers = 1, speed = 200, cloud_options = [] } = {}) {
    const farm = new Farm()
    farm.cloud_options = cloud_options
    farm.network = own_network()
    farm.data = fs.mkdtempSync(path.join(os.tmpdir(), 'printfarm-journey-'))
    farm.family = new Family(path.join(farm.data, 'logs'))
    farm.port = await free_port()
    farm.url = `http://127.0.0.1:${farm.port}`
    farm.api = new Api(farm.url)
    const list = path.join(farm.data, 'sim/printers.json')
    farm.family.start('printers', path.join(bin, 'printfarm-sim'), [
      '--printers', String(printers), '--models', 'N1', '--data-dir', path.join(farm.data, 'sim'),
      '--speed', String(speed), '--base-address', `${farm.network}.1`,
    ])
    await wait_for(() => fs.existsSync(list), patience_ms, 'the simulator')
    farm.simulated = JSON.parse(fs.readFileSync(list, 'utf8')).printers
    if (postgres_is_wanted) farm.postgres = await PrivatePostgres.start()
    await farm.start_cloud()
    await farm.api.register({
      email: 'owner@farm.example', password: 'a long password', name: 'Owner',
      organization_name: 'Journey',
    })
    return farm
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

  upload(file = fixture) {
    return this.api.upload('/api/files/upload', path.basename(file), fs.readFileSync(file))
  }

  create_job(file, printer) {
    return this.api.post('/api/jobs', { file_id: file.id, printer_id: printer.id })
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

  kill(member) {
    member.expected = true
    member.child.kill('SIGKILL')
    return member.ended
  }

  until(what, is_so) {
    return wait_for(is_so, patience_ms, what)
  }

  async stop() {
    await this.family.stop()
    await this.postgres?.stop()
    fs.rmSync(this.data, { recursive: true, force: true })
  }
}
