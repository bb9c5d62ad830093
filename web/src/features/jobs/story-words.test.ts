import { expect, test } from 'vitest'
import type { StoryEntry } from '../../generated/protocol'
import { title_of_entry, who_of_entry } from './story-words'

const entry = (more: Partial<StoryEntry>): StoryEntry => ({
  at: 0,
  recorded_at: 0,
  kind: 'created',
  actor_kind: 'hub',
  ...more,
})

test.each([
  [{ kind: 'reported', state: 'not_started' }, 'Hub reports: did not start'],
  [{ kind: 'print_seen', state: 'paused' }, 'Seen at the printer: paused'],
  [{ kind: 'control_asked', state: 'pause' }, 'Pause asked for'],
  [{ kind: 'control_asked' }, 'An order asked for'],
  [{ kind: 'answered', state: 'finished' }, 'Answered: finished'],
  [{ kind: 'answered' }, 'Answered'],
  [{ kind: 'reported', state: 'toString' }, 'Hub reports: toString'],
] as const)('%j is told as "%s"', (more, title) => {
  expect(title_of_entry(entry(more))).toBe(title)
})

test('who did it has a name, as long as he is a member', () => {
  const mara = {
    user_id: 'u1',
    name: 'Mara Lind',
    email: 'm@k.example',
    role: 'owner',
    created_at: 0,
  } as const
  expect(who_of_entry({ actor_kind: 'user', actor_id: 'u1' }, [mara])).toBe('Mara Lind')
  expect(who_of_entry({ actor_kind: 'user', actor_id: 'u2' }, [mara])).toBe('a former member')
  expect(who_of_entry({ actor_kind: 'hub', actor_id: 'h' }, [mara])).toBe('the hub')
})
