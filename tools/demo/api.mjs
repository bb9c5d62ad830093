// The few calls of the public API that setting up a farm takes.
export class Api {
  #token
  constructor(url) {
    this.url = url
  }

  // For machines: an API key in place of a session.
  static with_token(url, token) {
    const api = new Api(url)
    api.#token = token
    return api
  }

  async is_ready() {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok
    } catch {
      return false
    }
  }

  async #send(method, path, body) {
    const headers = {}
    if (body) headers['Content-Type'] = 'application/json'
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`
    return fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) })
  }

  async #sign_in(path, body, refused) {
    const response = await this.#send('POST', path, body)
    if (response.status === refused) return false
    if (!response.ok) throw new Error(await words_of(response))
    this.#token = (await response.json()).access_token
    return true
  }
  login(account) {
    return this.#sign_in('/auth/login', account, 401)
  }
  register(account) {
    return this.#sign_in('/auth/register', account, 409)
  }

  get authorization() {
    return `Bearer ${this.#token}`
  }

  // The body as it is, for requests that are to be wrong.
  raw(method, path, body, further = {}) {
    const headers = { 'Content-Type': 'application/json', Authorization: this.authorization, ...further }
    return fetch(this.url + path, { method, headers, body })
  }

  // Status and body, whatever they are.
  async answer(method, path, body) {
    return read(await this.#send(method, path, body))
  }

  async answer_upload(path, name, bytes) {
    const form = new FormData()
    form.append('file', new Blob([bytes]), name)
    const headers = { Authorization: `Bearer ${this.#token}` }
    return read(await fetch(this.url + path, { method: 'POST', headers, body: form }))
  }

  async upload(path, name, bytes) {
    const { status, body } = await this.answer_upload(path, name, bytes)
    if (status !== 201) throw new Error(`${path}: ${body?.detail ?? status}`)
    return body
  }

  async post(path, body) {
    const response = await this.#send('POST', path, body)
    if (!response.ok) throw new Error(`${path}: ${await words_of(response)}`)
    return response.status === 204 ? undefined : response.json()
  }

  async get(path) {
    const response = await this.#send('GET', path)
    if (!response.ok) throw new Error(`${path}: ${await words_of(response)}`)
    return response.json()
  }

  // Every item of a list, page by page.
  async all(path) {
    const items = []
    let cursor
    do {
      const page = await this.get(cursor ? `${path}?limit=500&cursor=${cursor}` : path)
      items.push(...page.items)
      cursor = page.next_cursor
    } while (cursor)
    return items
  }
}

async function read(response) {
  const text = await response.text()
  try {
    return { status: response.status, body: JSON.parse(text) }
  } catch {
    return { status: response.status, body: text }
  }
}

async function words_of(response) {
  const text = await response.text()
  try {
    return JSON.parse(text).detail
  } catch {
    return `${response.status} ${text.slice(0, 200)}`
  }
}
