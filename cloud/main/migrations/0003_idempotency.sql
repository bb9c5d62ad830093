-- Replies to requests that carried an Idempotency-Key, for a day: whoever lost the reply asks again
-- and gets it, without the work being done twice.

CREATE TABLE idempotency_keys (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  asked_by TEXT NOT NULL,  -- The user or the API key.
  route TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  request_sha256 TEXT NOT NULL,  -- Of path, query and body.
  status BIGINT,                 -- NULL until it is answered.
  sealed_reply {bytes},          -- It may hold a secret that is shown once. NULL: not kept.
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, asked_by, route, idempotency_key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
