-- migrate:up

CREATE TABLE users (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  email VARCHAR UNIQUE NOT NULL,
  first_name VARCHAR NOT NULL,
  last_name VARCHAR NOT NULL,
  password_hash VARCHAR,
  organization_id UUID NOT NULL REFERENCES organizations(id),
  is_active BOOLEAN DEFAULT true,
  created_at TIMESTAMP DEFAULT NOW(),
  updated_at TIMESTAMP DEFAULT NOW(),
  role VARCHAR NOT NULL DEFAULT 'member'
    CONSTRAINT users_role_check CHECK (role IN ('member', 'viewer', 'interactive_viewer', 'editor', 'developer', 'admin')),
  -- The unique key alone would let A@x.com and a@x.com be two users.
  CONSTRAINT users_email_lower_case_check CHECK (email = lower(email))
);

CREATE INDEX idx_users_email ON users(email);
CREATE INDEX idx_users_organization_id ON users(organization_id);
CREATE INDEX users_organization_id_created_at_index ON users(organization_id, created_at);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- migrate:down

DROP TABLE users;
