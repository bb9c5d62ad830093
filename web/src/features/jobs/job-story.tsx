import { useQuery } from '@tanstack/react-query'
import type { JobAttempt, Member, Printer, StoryEntry } from '../../generated/protocol'
import { moment } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { members_query, printers_query, story_query } from '../../lib/queries'
import { Badge } from '../../ui/badge'
import { Section } from '../../ui/card'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { evidence_facts } from './evidence'
import { title_of_entry, who_of_entry, words_of_attempt } from './story-words'

// Everything that happened to a job, the latest first: for whoever asks "why?".
export function JobStory({ job_id }: { job_id: string }) {
  const story = useQuery(story_query(job_id))
  const { data: members = [] } = useQuery(members_query)
  const { data: printers = [] } = useQuery(printers_query)
  const server_now = useServerNow(15_000)
  if (story.isPending) return <Skeleton className="h-64 rounded-card" />
  if (!story.data) return <LoadFailed error={story.error} onRetry={() => void story.refetch()} />
  const { attempts, entries } = story.data
  return (
    <>
      {attempts.length > 0 && (
        <Section title={attempts.length === 1 ? 'Attempt' : 'Attempts'}>
          <ul className="divide-y">
            {attempts.toReversed().map((attempt) => (
              <AttemptRow
                key={attempt.attempt}
                attempt={attempt}
                printer={printers.find((one) => one.id === attempt.printer_id)}
                server_now={server_now}
              />
            ))}
          </ul>
        </Section>
      )}
      <Section title="What happened">
        {entries.length === 0 && <p className="px-4 py-4 text-ink-2 sm:px-5">Nothing yet.</p>}
        <ol className="divide-y">
          {entries.toReversed().map((entry) => (
            <EntryRow
              // Entries have no id of their own.
              key={`${entry.recorded_at} ${entry.kind} ${entry.state} ${entry.command_id}`}
              entry={entry}
              members={members}
              server_now={server_now}
            />
          ))}
        </ol>
      </Section>
    </>
  )
}

interface AttemptRowProps {
  attempt: JobAttempt
  printer: Printer | undefined
  server_now: number
}

function AttemptRow({ attempt, printer, server_now }: AttemptRowProps) {
  const { label, tone } = words_of_attempt(attempt.state)
  const facts = evidence_facts(attempt.evidence, server_now)
  return (
    <li className="px-4 py-3 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="font-medium">
          No. {attempt.attempt} on {printer?.name ?? 'a removed printer'}
        </p>
        <Badge tone={tone}>{label}</Badge>
      </div>
      {attempt.reason && <p className="text-sm text-ink-2">Reason: {attempt.reason}</p>}
      {facts.length > 0 && (
        <p className="figures text-sm text-ink-2">
          {facts.map(({ name, says }) => `${name}: ${says}`).join(' · ')}
        </p>
      )}
      <p className="figures text-sm text-ink-3">
        {moment(attempt.created_at, server_now)} to {moment(attempt.updated_at, server_now)}
      </p>
    </li>
  )
}

interface EntryRowProps {
  entry: StoryEntry
  members: readonly Member[]
  server_now: number
}

function EntryRow({ entry, members, server_now }: EntryRowProps) {
  return (
    <li className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 px-4 py-2.5 sm:px-5">
      <time
        dateTime={new Date(entry.at).toISOString()}
        className="figures pt-0.5 text-sm text-ink-3"
      >
        {moment(entry.at, server_now)}
      </time>
      <div className="min-w-0">
        <p className="break-words">
          <span className="font-medium">{title_of_entry(entry)}</span>{' '}
          <span className="text-sm text-ink-3">by {who_of_entry(entry, members)}</span>
        </p>
        {entry.says && <p className="text-sm break-words text-ink-2">{entry.says}</p>}
        {!entry.says && entry.reason && (
          <p className="text-sm break-words text-ink-2">Reason: {entry.reason}</p>
        )}
      </div>
    </li>
  )
}
