// A PostgreSQL server of one farm's own: in a temporary folder, on a socket in that folder, with
// nothing written durably. It runs as an unprivileged user, as the server demands, and the cloud
// connects as a role that is no superuser, as in real life.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { wait_for } from '../tools/demo/processes.mjs'

const start_patience_ms = 60_000

// PF_DATABASE=postgres: the farms of the tests keep their data in PostgreSQL instead of SQLite.
export const is_wanted = process.env.PF_DATABASE === 'postgres'

// Debian keeps each major version in a folder of its own; the newest from 15 on.
function programs() {
  for (let version = 30; version >= 15; version--) {
    const folder = `/usr/lib/postgresql/${version}/bin`
    if (fs.existsSync(path.join(folder, 'initdb'))) return folder
  }
  throw new Error('PostgreSQL 15 is not installed: apt-get install postgresql.')
}

// Whom to run as; root may not.
function unprivileged_user() {
  if (process.getuid?.() !== 0) return {}
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!user) throw new Error('There is no user that PostgreSQL could run as.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

export class PrivatePostgres {
  address = ''
  folder = ''

  static async start() {
    const postgres = new PrivatePostgres()
    const bin = programs()
    const user = unprivileged_user()
    postgres.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'printfarm-postgres-'))
    if (user.uid !== undefined) fs.chownSync(postgres.folder, user.uid, user.gid)
    const data = path.join(postgres.folder, 'data')
    execFileSync(path.join(bin, 'initdb'), [
      '-D', data, '-U', 'superuser', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync',
    ], { ...user, cwd: postgres.folder, stdio: 'ignore' })
    const log = fs.openSync(path.join(postgres.folder, 'log'), 'a')
    postgres.server = spawn(path.join(bin, 'postgres'), [
      '-D', data, '-k', postgres.folder, '-c', 'listen_addresses=', '-c', 'fsync=off',
      '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off',
    ], { ...user, cwd: postgres.folder, stdio: ['ignore', log, log] })
    fs.closeSync(log)
    postgres.ended = new Promise((resolve) => postgres.server.on('exit', resolve))
    const said = (sql) => {
      try {
        execFileSync(path.join(bin, 'psql'),
          ['-h', postgres.folder, '-U', 'superuser', '-d', 'postgres', '-qc', sql], { stdio: 'ignore' })
        return true
      } catch {
        return false
      }
    }
    await wait_for(() => said('CREATE ROLE farm LOGIN'), start_patience_ms, 'PostgreSQL')
    if (!said('CREATE DATABASE farm OWNER farm')) throw new Error('No database could be made.')
    postgres.address = `postgres://farm@/farm?host=${postgres.folder}`
    return postgres
  }

  async stop() {
    this.server.kill('SIGQUIT') // At once: nothing of it is to be kept.
    await this.ended
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}
