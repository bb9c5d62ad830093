// The simulated printers of one farm, and what befalls them: requests and answers go line by line
// over the control channel of printfarm-sim (sim/control.hpp).
import fs from 'node:fs'
import readline from 'node:readline'

export class Simulator {
  #child
  #waiting = []

  constructor(child, list) {
    this.#child = child
    this.list = list
    child.stdin.on('error', () => {})
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.#waiting.shift()?.(JSON.parse(line))
    })
  }

  // Once it has written the list, which it does last.
  get is_ready() {
    return fs.existsSync(this.list)
  }

  get printers() {
    return JSON.parse(fs.readFileSync(this.list, 'utf8')).printers
  }

  // Answers come in the order of the requests.
  #ask(request) {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }

  async befall(printer, act) {
    const answer = await this.#ask({ printer: printer.serial_number, do: act })
    if (!answer.done) throw new Error(`${act.type}: ${answer.says}`)
    return answer.printers[0]
  }

  // How the printer is from its own point of view, whatever its clients believe.
  async truth(printer) {
    return (await this.#ask({ printer: printer.serial_number })).printers[0]
  }
}
