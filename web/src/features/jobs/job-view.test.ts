import { describe, expect, test } from 'vitest'
import type { Job } from '../../generated/protocol'
import { newest_by_printer } from './job-list'
import { view_job } from './job-view'

const job = (more: Partial<Job>): Job => ({
  id: 'j',
  kind: 'ours',
  file_id: 'f',
  file_name: 'cube',
  plate: 1,
  state: 'queued',
  needs_answer: false,
  cancelling: false,
  priority: 50,
  attempt: 1,
  submitted_by: 'u',
  created_at: 0,
  updated_at: 0,
  ...more,
})

describe('a job', () => {
  test('that waits says for what, and can be started', () => {
    const view = view_job(job({ waiting_for: 'waiting for a clear plate' }))
    expect(view).toMatchObject({
      label: 'Waiting',
      note: 'Waiting for a clear plate',
      can_start: true,
      can_cancel: true,
    })
  })

  test.each([
    ['fetching', 'Sending to the hub'],
    ['uploading', 'Sending to the printer'],
    ['starting', 'Starting'],
  ] as const)('in the stage %s is called "%s"', (stage, label) => {
    expect(view_job(job({ state: 'sending', stage })).label).toBe(label)
  })

  test('that was told to stop is cancelling until it stopped', () => {
    expect(view_job(job({ state: 'printing', cancelling: true }))).toMatchObject({
      label: 'Cancelling',
      can_cancel: false,
      open: true,
    })
    expect(view_job(job({ state: 'cancelled', cancelling: true }))).toMatchObject({
      label: 'Cancelled',
      open: false,
    })
  })

  test('of which nobody knows whether it started asks, and cannot be started again', () => {
    const view = view_job(job({ state: 'sending', stage: 'starting', needs_answer: true }))
    expect(view).toMatchObject({ label: 'Needs an answer', tone: 'danger', can_start: false })
    expect(view.note).toMatch(/Look at the printer/)
  })

  test.each(['sending', 'printing', 'paused', 'complete', 'cancelled', 'failed'] as const)(
    'that is %s cannot be started',
    (state) => {
      expect(view_job(job({ state })).can_start).toBe(false)
    },
  )

  test('whose attempt was refused says why, and may be tried again', () => {
    const view = view_job(job({ state: 'assigned', reason: 'the upload failed 3 times' }))
    expect(view).toMatchObject({
      label: 'Not started',
      note: 'The upload failed 3 times',
      can_start: true,
      can_cancel: true,
    })
  })

  test('that has its printer but was never started is queued', () => {
    expect(view_job(job({ state: 'assigned' }))).toMatchObject({ label: 'Queued', can_start: true })
  })

  test.each(['complete', 'cancelled', 'failed'] as const)(
    'that is %s cannot be cancelled, and says how it ended',
    (state) => {
      expect(
        view_job(job({ state, reason: 'stopped at the printer', waiting_for: 'x' })),
      ).toMatchObject({
        can_cancel: false,
        note: 'Stopped at the printer',
      })
    },
  )
})

test('only what was printed last on a printer lies on its plate', () => {
  const jobs = [
    job({ id: 'old', printer_id: 'p', started_at: 1, ended_at: 5 }),
    job({ id: 'new', printer_id: 'p', started_at: 6, ended_at: 9 }),
    job({ id: 'never started', printer_id: 'p', ended_at: 11 }),
    job({ id: 'other', printer_id: 'q', started_at: 0, ended_at: 1 }),
    job({ id: 'nowhere' }),
  ]
  expect([...newest_by_printer(jobs)]).toEqual([
    ['p', 'new'],
    ['q', 'other'],
  ])
})
