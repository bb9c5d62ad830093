// The programs that a demo or a test has started: their logs, their ends, and their orderly stop.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

const patience_ms = 8_000

export class Family {
  #members = []
  #known = new Set()
  #stopping = false
  #told_death = () => {}

  constructor(logs) {
    this.logs = logs
  }

  on_death(tell) {
    this.#told_death = tell
  }

  #log_of(name) {
    return path.join(this.logs, `${name}.log`)
  }

  last_words(name, lines_max = 5) {
    const lines = fs.readFileSync(this.#log_of(name), 'utf8').trimEnd().split('\n')
    return lines.slice(-lines_max).join('\n')
  }

  // One that is spoken with has pipes for input and output; its log holds what it complains of.
  start(name, program, args, { is_spoken_with = false } = {}) {
    fs.mkdirSync(this.logs, { recursive: true })
    // A new family begins a new log; a member that is started again goes on in its own.
    const log = fs.openSync(this.#log_of(name), this.#known.has(name) ? 'a' : 'w', 0o600)
    this.#known.add(name)
    // A group of its own: Ctrl-C reaches this program first, which then stops the others in order.
    const stdio = is_spoken_with ? ['pipe', 'pipe', log] : ['ignore', log, log]
    const child = spawn(program, args, { stdio, detached: true })
    fs.closeSync(log)
    const ended = new Promise((resolve) => {
      child.on('exit', resolve)
      child.on('error', resolve)
    })
    const member = { name, child, ended }
    this.#members.push(member)
    ended.then(() => {
      this.#members = this.#members.filter((one) => one !== member)
      if (!this.#stopping && !member.short_lived && !member.expected) this.#told_death(name, this.#log_of(name))
    })
    return member
  }

  // Runs to its end; throws with its last words when it fails.
  async run(name, program, args) {
    const member = this.start(name, program, args)
    member.short_lived = true
    await member.ended
    if (member.child.exitCode !== 0) throw new Error(`${name} failed: ${this.last_words(name)}`)
  }

  // In reverse order, each given time to end by itself.
  async stop() {
    this.#stopping = true
    for (const { child, ended } of [...this.#members].reverse()) {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patience_ms)
      await ended
      clearTimeout(timer)
    }
  }
}

// Why nothing can listen there, as the system's code; undefined when something can.
export function listening_fault(host, port) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', (error) => resolve(error.code))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

export async function wait_for(is_so, within_ms, what) {
  const until = Date.now() + within_ms
  while (!(await is_so())) {
    if (Date.now() > until) throw new Error(`${what} took longer than ${within_ms / 1000} s.`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
