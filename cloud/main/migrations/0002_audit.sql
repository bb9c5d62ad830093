-- Who did what, to what, and from where. Each entry's hash covers the one before it, so that an
-- entry that was changed or removed later is found by `printfarm audit verify`.

CREATE TABLE audit_heads (  -- The newest entry of each organisation's chain.
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE audit_entries (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'hub', 'system')),
  actor_id TEXT,
  address TEXT,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT,
  before TEXT,                 -- JSON.
  after TEXT,                  -- JSON.
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_entries_by_subject ON audit_entries (tenant_id, subject_kind, subject_id, seq);
