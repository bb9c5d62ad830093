// The real programs for one test file: cloud with the web app, simulated printers, one hub. All in a
// temporary folder and on free ports of loopback, all stopped at the end.
import { type ChildProcess, execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Family, wait_for } from '../../tools/demo/processes.mjs'
import { PrivatePostgres, is_wanted as postgres_is_wanted } from '../private_postgres.mjs'

const root = resolve(import.meta.dirname, '../..')
const bin = process.env.PRINTFARM_BIN ?? join(root, 'build/release/bin')
const web = process.env.PRINTFARM_WEB ?? join(root, 'web/dist')
const start_patience_ms = 60_000

export interface SimulatedPrinter {
  serial_number: string
  ip_address: string
  access_code: string
  model: string
  name: string
  ports?: { mqtt?: number; ftps?: number; detect?: number; camera?: number }
}

export class Farm {
  readonly folder = mkdtempSync(join(tmpdir(), 'printfarm-browser-'))
  private readonly family = new Family(join(this.folder, 'logs'))
  private cloud: { child: ChildProcess; ended: Promise<unknown> } | undefined
  private postgres: PrivatePostgres | undefined
  private port = 0
  printers: SimulatedPrinter[] = []

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start({ printers = 'two' }: { printers?: 'two' | 'none' } = {}): Promise<void> {
    if (!existsSync(join(web, 'index.html')))
      throw new Error(`${web} has no web app: build it first.`)
    this.port = await free_port()
    if (postgres_is_wanted) this.postgres = await PrivatePostgres.start()
    if (printers === 'two') this.start_printers()
    await this.start_cloud()
    if (printers === 'two') await this.read_printers()
  }

  private start_printers(): void {
    // A net of 127.0.0.0/8 of its own: other tests may run farms at the same time.
    this.family.start('printers', join(bin, 'printfarm-sim'), [
      '--printers',
      '2',
      '--models',
      'N1',
      '--speed',
      '120',
      '--base-address',
      '127.91.0.1',
      '--data-dir',
      join(this.folder, 'sim'),
    ])
  }

  private async read_printers(): Promise<void> {
    const list = join(this.folder, 'sim/printers.json')
    await wait_for(() => existsSync(list), start_patience_ms, 'The simulator')
    // Written by our own simulator a moment ago.
    this.printers = (
      JSON.parse(readFileSync(list, 'utf8')) as { printers: SimulatedPrinter[] }
    ).printers
  }

  async start_cloud(): Promise<void> {
    this.cloud = this.family.start('cloud', join(bin, 'printfarm'), [
      'serve',
      '--listen',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--data-dir',
      join(this.folder, 'cloud'),
      '--web',
      web,
      ...(this.postgres ? ['--database', this.postgres.address] : []),
    ])
    const is_ready = () =>
      fetch(`${this.url}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      )
    await wait_for(is_ready, start_patience_ms, 'The cloud')
  }

  async stop_cloud(): Promise<void> {
    if (!this.cloud) return
    Object.assign(this.cloud, { expected: true })
    this.cloud.child.kill('SIGTERM')
    await this.cloud.ended
  }

  // Runs the very command that the page shows to people.
  async run_shown_command(command: string): Promise<void> {
    const [program, ...args] = command.split(/\s+/)
    if (program !== 'printfarm-hub') throw new Error(`The page says to run "${command}".`)
    await promisify(execFile)(join(bin, program), [...args, '--data-dir', this.hub_folder])
  }

  start_hub(): void {
    this.family.start('hub', join(bin, 'printfarm-hub'), [
      'run',
      '--cloud',
      this.url,
      '--data-dir',
      this.hub_folder,
    ])
  }

  // For a failed test: what the programs said last.
  last_words(): string {
    const said = (name: string) => {
      const log = join(this.folder, 'logs', `${name}.log`)
      return existsSync(log) ? `--- ${name}\n${this.family.last_words(name)}` : ''
    }
    return ['cloud', 'hub', 'printers'].map(said).join('\n')
  }

  async stop(): Promise<void> {
    await this.family.stop()
    await this.postgres?.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private get hub_folder(): string {
    return join(this.folder, 'hub')
  }
}

function free_port(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? found(address.port) : failed(new Error('no port')),
      )
    })
  })
}
