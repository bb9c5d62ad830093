// A hub that says what a test wants it to say: the opening of the wire, written once more.
import { createHmac, randomBytes, randomUUID } from 'node:crypto'

const hex_256 = () => randomBytes(32).toString('hex')

// Each part is preceded by its length, as four bytes.
function framed(label, parts) {
  const pieces = [Buffer.from(label)]
  for (const part of parts) {
    const bytes = Buffer.from(String(part))
    const size = Buffer.alloc(4)
    size.writeUInt32BE(bytes.length)
    pieces.push(size, bytes)
  }
  return Buffer.concat(pieces)
}

export class Wire {
  #heard = []
  #wake = () => {}

  static async open(url, hub_id) {
    const wire = new Wire()
    wire.socket = new WebSocket(`${url.replace('http', 'ws')}/ws/hub/${hub_id}`)
    wire.closed = new Promise((resolve) => {
      wire.socket.addEventListener('close', (event) => resolve(event.code))
    })
    wire.socket.addEventListener('message', ({ data }) => {
      wire.#heard.push(JSON.parse(data))
      wire.#wake()
    })
    wire.challenge = await wire.hears('hub_challenge')
    return wire
  }

  say(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  // The next message of that type; what else was said meanwhile is passed over.
  async hears(type) {
    for (;;) {
      while (this.#heard.length > 0) {
        const message = this.#heard.shift()
        if (message.type === type) return message
      }
      const more = new Promise((resolve) => { this.#wake = resolve })
      const code = await Promise.race([more, this.closed])
      if (code !== undefined && this.#heard.length === 0) throw new Error(`closed with ${code} before ${type}`)
    }
  }

  close() {
    this.socket.close()
    return this.closed
  }
}

export class HubByHand {
  hub_id = randomUUID()
  secret = hex_256()
  boot_id = randomBytes(16).toString('hex')
  boot_count = 1
  journal_id = randomUUID()

  constructor(url) {
    this.url = url
  }

  wire() {
    return Wire.open(this.url, this.hub_id)
  }

  claim_message(claim_token) {
    return {
      type: 'hub_claim', hub_id: this.hub_id, claim_token, proposed_secret: this.secret,
      firmware_version: '1', hardware_revision: 'test',
    }
  }

  async claim(api) {
    const { claim_token } = await api.post('/api/hubs/claim', {})
    const wire = await this.wire()
    wire.say(this.claim_message(claim_token))
    await wire.hears('hub_claimed')
    await wire.close()
    return claim_token
  }

  hello(challenge) {
    const client_nonce = hex_256()
    const signed = framed('printfarm-hub-1', [
      challenge.host, challenge.nonce, client_nonce, this.hub_id, this.boot_id, this.boot_count,
    ])
    return {
      type: 'hub_hello', protocol: challenge.protocol, hub_id: this.hub_id, firmware_version: '1',
      hardware_revision: 'test', uptime_seconds: 1, free_heap: 1, boot_id: this.boot_id,
      boot_count: this.boot_count, client_nonce, last_epoch: 0, config_generation: 0,
      journal_id: this.journal_id, event_high: 0, capabilities: [],
      signature: createHmac('sha256', this.secret).update(signed).digest('hex'),
    }
  }

  async connect() {
    const wire = await this.wire()
    wire.say(this.hello(wire.challenge))
    wire.welcome = await wire.hears('cloud_hello')
    return wire
  }
}
