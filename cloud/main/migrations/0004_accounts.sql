-- Accounts beyond the sign-in: lost passwords, a second factor, invitations, keys for machines, and
-- the letters that wait to be sent. Whatever opens a door is stored as a hash or sealed.

ALTER TABLE sessions ADD COLUMN last_used_at BIGINT;  -- NULL: never refreshed yet.

-- Every question is a row, whether or not the address has an account: so both take as long.
CREATE TABLE password_reset_requests (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE password_resets (
  token_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_by_user ON password_resets (user_id, created_at);

CREATE TABLE user_totp (
  user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  secret {bytes} NOT NULL,     -- Sealed.
  created_at BIGINT NOT NULL,
  enabled_at BIGINT,           -- NULL: set up, but not proved by a code yet.
  last_step BIGINT NOT NULL    -- Of the newest code that was accepted; none is accepted twice.
);

CREATE TABLE recovery_codes (  -- Removed when used.
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE invitations (     -- Removed when accepted or revoked.
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  email TEXT NOT NULL,         -- Lower case.
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  token_hash TEXT NOT NULL UNIQUE,
  invited_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email)
);

CREATE TABLE api_keys (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  secret_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'owner')),
  printer_ids TEXT,            -- JSON; NULL: all of the organisation.
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  last_used_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE mail_outbox (
  id TEXT PRIMARY KEY,
  sealed {bytes} NOT NULL,     -- Address, subject and text: they carry links that open accounts.
  attempts BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX mail_outbox_due ON mail_outbox (next_attempt_at);
