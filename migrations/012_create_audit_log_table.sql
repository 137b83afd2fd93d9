-- migrate:up

-- Who did what to whom, written by the statement that does it. It outlives its users, not its organization.
CREATE TABLE audit_log (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  user_id UUID REFERENCES users(id) ON DELETE SET NULL,
  user_email VARCHAR NOT NULL,
  action VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  subject_id UUID,
  detail JSONB NOT NULL DEFAULT '{}',
  request_id VARCHAR,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX audit_log_organization_id_created_at_index ON audit_log(organization_id, created_at, id);
CREATE INDEX audit_log_user_id_index ON audit_log(user_id);

-- migrate:down

DROP TABLE audit_log;
