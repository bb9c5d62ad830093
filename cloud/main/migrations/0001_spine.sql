-- The spine: who, which hubs and printers, which files, and what was to be printed.
--
-- Written once for SQLite and PostgreSQL; {bytes} becomes the engine's type for binary data. Times
-- are Unix milliseconds. Keys are (tenant_id, id) and foreign keys are composite, so that no row can
-- point into another organisation; the tables of people and hub identities are global.

CREATE TABLE store_meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,  -- Lower case.
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sealed_key {bytes},  -- The tenant's data key under the master key; made when first needed.
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE tenant_members (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX tenant_members_by_user ON tenant_members (user_id, created_at);

-- A sign-in and its refresh tokens: one family, ended as a whole.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  revoked_reason TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  rotated_at BIGINT
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- Who a hub is, whichever organisation owns it.
CREATE TABLE hub_identities (
  hub_id TEXT PRIMARY KEY,
  tenant_id TEXT REFERENCES tenants (id),
  secret_sealed {bytes} NOT NULL,
  boot_count BIGINT NOT NULL DEFAULT 0,
  boot_id TEXT NOT NULL DEFAULT '',
  epoch BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE claim_tokens (
  token_hash TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  created_by TEXT NOT NULL,
  hub_name TEXT,
  expires_at BIGINT NOT NULL,
  used_by_hub TEXT,
  used_secret_hash TEXT
);

CREATE TABLE hubs (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  firmware_version TEXT NOT NULL,
  hardware_revision TEXT NOT NULL,
  ip_address TEXT,
  lease_until BIGINT,          -- Online until then; NULL: said goodbye.
  last_seen_at BIGINT,
  generation BIGINT NOT NULL DEFAULT 1,  -- Of its printers' configuration.
  claimed_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hubs_by_lease ON hubs (lease_until);

-- How far each journal of a hub is stored here.
CREATE TABLE hub_journals (
  tenant_id TEXT NOT NULL,
  hub_id TEXT NOT NULL,
  journal_id TEXT NOT NULL,
  event_high BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, hub_id, journal_id),
  FOREIGN KEY (tenant_id, hub_id) REFERENCES hubs (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE printers (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  hub_id TEXT NOT NULL,
  name TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  ip_address TEXT,
  ports TEXT,                  -- JSON.
  model TEXT,
  fingerprint TEXT,
  access_code {bytes} NOT NULL,  -- Sealed.
  last_print_id TEXT,          -- Of the newest print the hub told of.
  assignment BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, serial_number),
  UNIQUE (tenant_id, name),
  FOREIGN KEY (tenant_id, hub_id) REFERENCES hubs (tenant_id, id)
);
CREATE INDEX printers_by_hub ON printers (tenant_id, hub_id);

-- Permission to start one print, minted when somebody saw the plate empty (docs/decisions).
CREATE TABLE plate_tokens (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  printer_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('live', 'reserved', 'spent', 'voided')),
  minted_by TEXT NOT NULL,
  minted_at BIGINT NOT NULL,
  last_print_id TEXT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, printer_id) REFERENCES printers (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX plate_tokens_one_usable ON plate_tokens (tenant_id, printer_id)
  WHERE state IN ('live', 'reserved');

CREATE TABLE print_files (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  printer_model TEXT,
  printer_model_name TEXT,
  nozzle_diameter DOUBLE PRECISION,
  slicer_version TEXT,
  plates TEXT NOT NULL,        -- JSON.
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  removed_at BIGINT,           -- Content and listing are gone; jobs that are over point here.
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX print_files_by_content ON print_files (tenant_id, sha256);

CREATE TABLE print_jobs (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  plate BIGINT NOT NULL,
  printer_id TEXT,
  state TEXT NOT NULL,
  stage TEXT,
  needs_answer BIGINT NOT NULL,
  cancelling BIGINT NOT NULL,
  waiting_for TEXT,
  reason TEXT,
  priority BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  options TEXT,                -- JSON.
  submitted_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES print_files (tenant_id, id),
  FOREIGN KEY (tenant_id, printer_id) REFERENCES printers (tenant_id, id)
);
CREATE INDEX print_jobs_by_state ON print_jobs (tenant_id, state);
CREATE INDEX print_jobs_by_printer ON print_jobs (tenant_id, printer_id);
CREATE INDEX print_jobs_by_file ON print_jobs (tenant_id, file_id);

CREATE TABLE job_attempts (
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
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, job_id, attempt),
  FOREIGN KEY (tenant_id, job_id) REFERENCES print_jobs (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, printer_id) REFERENCES printers (tenant_id, id),
  FOREIGN KEY (tenant_id, plate_token) REFERENCES plate_tokens (tenant_id, id)
);
-- The database itself forbids two attempts at once on one printer; unknown is open.
CREATE UNIQUE INDEX job_attempts_one_open ON job_attempts (tenant_id, printer_id) WHERE is_open = 1;

-- What a final state has caused, once each.
CREATE TABLE job_effects (
  tenant_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  attempt BIGINT NOT NULL,
  kind TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, job_id, attempt, kind),
  FOREIGN KEY (tenant_id, job_id, attempt)
    REFERENCES job_attempts (tenant_id, job_id, attempt) ON DELETE CASCADE
);

CREATE TABLE commands (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  hub_id TEXT NOT NULL,
  position BIGINT NOT NULL,    -- The order in which the hub is to hear them; times may be equal.
  kind TEXT NOT NULL,
  printer_id TEXT,
  job_id TEXT,
  attempt BIGINT,
  state TEXT NOT NULL,
  code TEXT,
  error_message TEXT,
  not_after BIGINT,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX commands_by_position ON commands (hub_id, position);
CREATE INDEX commands_unanswered ON commands (hub_id, position)
  WHERE state IN ('waiting', 'sent');
