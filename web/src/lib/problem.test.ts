import { describe, expect, test } from 'vitest'
import { problem_of, says } from './problem'

describe('a refusal', () => {
  test('says its detail, its field faults and its request', () => {
    const body = JSON.stringify({
      title: 'Unprocessable',
      detail: 'Correct what is marked.',
      request_id: 'r1',
      errors: [{ field: 'name', says: 'is empty' }],
    })
    expect(problem_of(422, body)).toMatchObject({
      status: 422,
      message: 'Correct what is marked.',
      request_id: 'r1',
      errors: [{ field: 'name', says: 'is empty' }],
    })
  })

  test.each([
    ['an HTML page of a proxy', 502, '<html>Bad gateway</html>', /failed/],
    ['nothing at all', 403, '', /role/],
    ['a number', 404, '7', /no longer/],
    ['null', 500, 'null', /failed/],
    ['an empty detail', 429, '{"detail":""}', /Wait a moment/],
    ['something unheard of', 418, '{}', /418/],
  ])('whose body is %s still has a sentence', (_what, status, body, sentence) => {
    expect(problem_of(status, body).message).toMatch(sentence)
  })

  test.each([['x'], [[1, null, {}]], [[{ field: 'a' }]], [[{ field: 1, says: 2 }]]])(
    'with broken field faults (%j) keeps its detail and no fault',
    (errors) => {
      const problem = problem_of(422, JSON.stringify({ detail: 'Look.', errors }))
      expect(problem.message).toBe('Look.')
      expect(problem.errors).toEqual([])
    },
  )

  test('of no known kind is called unexpected', () => {
    expect(says('text')).toBe('Something unexpected failed.')
    expect(says(new Error('Broken.'))).toBe('Broken.')
  })
})
