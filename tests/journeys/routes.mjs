// The routes as /openapi.json tells them, so that a journey over all of them meets new ones too.

export class Routes {
  static async of(api) {
    return new Routes(await api.get('/openapi.json'))
  }

  constructor(document) {
    this.schemas = document.components.schemas
    this.all = Object.entries(document.paths).flatMap(([place, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        place,
        is_open: operation.security?.length === 0,
        least_role: operation['x-least-role'],
        body: operation.requestBody?.content['application/json']?.schema,
        takes_file: Boolean(operation.requestBody?.content['multipart/form-data']),
      })))
  }

  get protected() {
    return this.all.filter((route) => !route.is_open)
  }

  get names() {
    return this.all.map((route) => `${route.method} ${route.place}`)
  }

  // A body with all that is required, and with these values wherever their names appear.
  body_of(route, values) {
    return route.body && JSON.stringify(this.#example(route.body, '', values))
  }

  #example(schema, name, values) {
    if (schema.$ref) return this.#example(this.schemas[schema.$ref.split('/').at(-1)], name, values)
    if (schema.enum) return schema.enum[0]
    if (schema.type === 'array') {
      const one = name.endsWith('_ids') && values[name.slice(0, -1)]
      return one ? [one] : []
    }
    if (schema.type === 'object') {
      const wanted = Object.entries(schema.properties ?? {}).filter(([key]) =>
        schema.required?.includes(key) || key in values)
      return Object.fromEntries(wanted.map(([key, one]) => [key, this.#example(one, key, values)]))
    }
    if (name in values) return values[name]
    if (schema.type === 'boolean') return false
    if (schema.type !== 'string') return schema.minimum ?? 1
    return 'A1234567'.padEnd(schema.minLength ?? 0, '1').slice(0, schema.maxLength)
  }
}

// Each {parameter} by its value: that of its noun, which is the word before it.
export function filled(place, ids) {
  const parts = place.split('/')
  return parts.map((part, at) => {
    if (!part.startsWith('{')) return part
    if (part === '{plate}') return '1'
    const noun = parts[at - 1]
    if (!ids[noun]) throw new Error(`Teach this journey an id of ${noun}, for ${place}.`)
    return ids[noun]
  }).join('/')
}
