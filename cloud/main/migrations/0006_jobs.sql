-- Jobs in their breadth: batches, an order of the queue, what a job asks of its printer, prints that
-- nobody here started, deadlines, the story of each job, and why prints failed.
--
-- The three tables of the spine are made anew, leaf after root: a print from outside has neither
-- file nor submitter, and attempts outlive their printer, since what was tried stays true after the
-- printer has gone.

CREATE TABLE print_jobs_anew (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('ours', 'external')),
  file_id TEXT,                -- NULL: external.
  file_name TEXT NOT NULL,
  plate BIGINT,
  printer_id TEXT,
  batch_id TEXT,               -- Copies that were asked for together.
  state TEXT NOT NULL,
  stage TEXT,
  needs_answer BIGINT NOT NULL,
  cancelling BIGINT NOT NULL,
  waiting_for TEXT,
  reason TEXT,
  priority BIGINT NOT NULL,
  position BIGINT NOT NULL DEFAULT 0,  -- In the queue, among equal priorities; gaps are left.
  required TEXT,               -- JSON.
  attempt BIGINT NOT NULL,
  options TEXT,                -- JSON.
  print_id TEXT,               -- Of an external print: the hub's name for that run.
  submitted_by TEXT,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES print_files (tenant_id, id),
  FOREIGN KEY (tenant_id, printer_id) REFERENCES printers (tenant_id, id)
);
INSERT INTO print_jobs_anew (tenant_id, id, kind, file_id, file_name, plate, printer_id, state,
  stage, needs_answer, cancelling, waiting_for, reason, priority, attempt, options, submitted_by,
  created_at, started_at, ended_at, updated_at)
SELECT tenant_id, id, 'ours', file_id, file_name, plate, printer_id, state, stage, needs_answer,
  cancelling, waiting_for, reason, priority, attempt, options, submitted_by, created_at, started_at,
  ended_at, updated_at FROM print_jobs;

CREATE TABLE job_attempts_anew (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  printer_id TEXT NOT NULL,
  hub_id TEXT NOT NULL,
  assignment BIGINT NOT NULL,
  state TEXT NOT NULL,         -- 'requested' until the hub has journalled it, then AttemptState.
  is_open BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  plate_token TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  start_token TEXT NOT NULL,
  reason TEXT,
  evidence TEXT,               -- JSON, of the newest event.
  queried_at BIGINT,           -- When the hub was last asked what became of it.
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, job_id, attempt),
  FOREIGN KEY (tenant_id, job_id) REFERENCES print_jobs_anew (tenant_id, id) ON DELETE CASCADE
);
INSERT INTO job_attempts_anew (tenant_id, job_id, attempt, printer_id, hub_id, assignment, state,
  is_open, not_after, plate_token, file_sha256, start_token, reason, evidence, created_at,
  updated_at)
SELECT tenant_id, job_id, attempt, printer_id, hub_id, assignment, state, is_open, not_after,
  plate_token, file_sha256, start_token, reason, evidence, created_at, updated_at
FROM job_attempts;

CREATE TABLE job_effects_anew (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  kind TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, job_id, attempt, kind),
  FOREIGN KEY (tenant_id, job_id, attempt)
    REFERENCES job_attempts_anew (tenant_id, job_id, attempt) ON DELETE CASCADE
);
INSERT INTO job_effects_anew (tenant_id, job_id, attempt, kind, created_at)
SELECT tenant_id, job_id, attempt, kind, created_at FROM job_effects;

DROP TABLE job_effects;
DROP TABLE job_attempts;
DROP TABLE print_jobs;
ALTER TABLE print_jobs_anew RENAME TO print_jobs;
ALTER TABLE job_attempts_anew RENAME TO job_attempts;
ALTER TABLE job_effects_anew RENAME TO job_effects;

CREATE INDEX print_jobs_by_state ON print_jobs (tenant_id, state, priority, position);
CREATE INDEX print_jobs_by_printer ON print_jobs (tenant_id, printer_id);
CREATE INDEX print_jobs_by_file ON print_jobs (tenant_id, file_id);
CREATE INDEX print_jobs_by_batch ON print_jobs (tenant_id, batch_id);
CREATE INDEX print_jobs_by_position ON print_jobs (tenant_id, position);
-- A print that is told of twice is one job.
CREATE UNIQUE INDEX print_jobs_by_print ON print_jobs (tenant_id, print_id)
  WHERE kind = 'external';

-- The database itself forbids two attempts at once on one printer; unknown is open.
CREATE UNIQUE INDEX job_attempts_one_open ON job_attempts (tenant_id, printer_id) WHERE is_open = 1;
CREATE INDEX job_attempts_by_token ON job_attempts (tenant_id, start_token);

-- What happened to a job and who did it, in the order in which the cloud learned of it. Written in
-- the transaction that it tells of.
CREATE TABLE job_events (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  at BIGINT NOT NULL,          -- When it happened, as far as its teller knows.
  recorded_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  attempt BIGINT,
  hub_id TEXT,
  printer_id TEXT,
  command_id TEXT,
  state TEXT,
  reason TEXT,
  says TEXT,
  evidence TEXT,               -- JSON.
  PRIMARY KEY (tenant_id, job_id, position),
  FOREIGN KEY (tenant_id, job_id) REFERENCES print_jobs (tenant_id, id) ON DELETE CASCADE
);

-- One row a print that failed or was stopped; attempt 0: an external one.
CREATE TABLE printer_failures (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  printer_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  failure_type TEXT NOT NULL,
  failure_reason TEXT,
  error_code TEXT,
  progress_at_failure BIGINT,  -- Percent.
  print_time_at_failure BIGINT,  -- Seconds.
  layer_at_failure BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, job_id, attempt),
  FOREIGN KEY (tenant_id, job_id) REFERENCES print_jobs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX printer_failures_by_printer ON printer_failures (tenant_id, printer_id, created_at);

CREATE INDEX commands_by_job ON commands (tenant_id, job_id);
