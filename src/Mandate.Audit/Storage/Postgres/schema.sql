-- The audit ledger's schema, version 1. Created once, by a role that may create schemas and roles; from then on the service needs no more than the three roles below.

CREATE SCHEMA mandate_audit;

CREATE TABLE mandate_audit.version (number int NOT NULL);
INSERT INTO mandate_audit.version VALUES (1);

-- A number for each tenant, and the end of its chain. Changed by the trigger on events alone.
CREATE TABLE mandate_audit.ledger (
    number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant bytea NOT NULL UNIQUE,
    sequence bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT '\x'
);

-- Canonical bytes and hash of each event. The time chooses the partition; the terms are what it is found by. Both come from the canonical bytes, which alone are proof.
CREATE TABLE mandate_audit.event (
    ledger int NOT NULL,
    sequence bigint NOT NULL,
    time timestamptz NOT NULL,
    canonical bytea NOT NULL,
    hash bytea NOT NULL,
    terms bigint[] NOT NULL,
    PRIMARY KEY (ledger, sequence, time)
) PARTITION BY RANGE (time);
ALTER TABLE mandate_audit.event ALTER COLUMN canonical SET STORAGE EXTERNAL;
CREATE INDEX event_by_id ON mandate_audit.event (substring(canonical, 18, 16));
CREATE INDEX event_by_term ON mandate_audit.event USING gin (terms) WITH (fastupdate = on, gin_pending_list_limit = 4096);

-- Lowest and highest time of 1,024 neighbours.
CREATE TABLE mandate_audit.block (
    ledger int NOT NULL,
    number bigint NOT NULL,
    low timestamptz NOT NULL,
    high timestamptz NOT NULL,
    PRIMARY KEY (ledger, number)
);

CREATE TABLE mandate_audit.checkpoint (
    ledger int NOT NULL,
    size bigint NOT NULL,
    time bigint NOT NULL,
    frontier bytea NOT NULL,
    note text NOT NULL,
    PRIMARY KEY (ledger, size)
);

CREATE TABLE mandate_audit.node (
    ledger int NOT NULL,
    level int NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (ledger, level, number)
);

CREATE TABLE mandate_audit.removed (
    ledger int PRIMARY KEY,
    up_to bigint NOT NULL,
    hash bytea NOT NULL,
    frontier bytea NOT NULL
);

CREATE TABLE mandate_audit.position (
    name bytea PRIMARY KEY,
    value bigint NOT NULL
);

-- Events are append-only, whoever asks. Retention says so, in its own transaction, and can only be run by its own role.
CREATE FUNCTION mandate_audit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND current_setting('mandate_audit.removing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON mandate_audit.event FOR EACH ROW EXECUTE FUNCTION mandate_audit.refuse();
CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON mandate_audit.event FOR EACH STATEMENT EXECUTE FUNCTION mandate_audit.refuse();

-- What is inserted must continue each chain without a gap; the ends of the chains and the times move along.
CREATE FUNCTION mandate_audit.continue_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT ledger, min(sequence) AS first, max(sequence) AS last, count(*) AS count FROM added GROUP BY ledger) AS a
        LEFT JOIN mandate_audit.ledger AS l ON l.number = a.ledger
        WHERE l.number IS NULL OR a.first <> l.sequence + 1 OR a.last - a.first + 1 <> a.count)
    THEN
        RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE mandate_audit.ledger AS l SET sequence = a.sequence, hash = a.hash
    FROM (SELECT DISTINCT ON (ledger) ledger, sequence, hash FROM added ORDER BY ledger, sequence DESC) AS a
    WHERE l.number = a.ledger;
    INSERT INTO mandate_audit.block AS b (ledger, number, low, high)
    SELECT ledger, sequence >> 10, min(time), max(time) FROM added GROUP BY 1, 2
    ON CONFLICT (ledger, number) DO UPDATE SET low = least(b.low, excluded.low), high = greatest(b.high, excluded.high);
    RETURN NULL;
END $$;

CREATE TRIGGER event_continues_its_chain AFTER INSERT ON mandate_audit.event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mandate_audit.continue_chain();

-- Locks the chains of these tenants, in an order that is the same for everybody, until the transaction ends. A tenant that is new gets a chain.
CREATE FUNCTION mandate_audit.lock_ledgers(tenants bytea[]) RETURNS TABLE (tenant bytea, number int, sequence bigint, hash bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO mandate_audit.ledger (tenant)
    SELECT t FROM unnest(tenants) AS t WHERE NOT EXISTS (SELECT 1 FROM mandate_audit.ledger AS l WHERE l.tenant = t) ORDER BY t
    ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT l.tenant, l.number, l.sequence, l.hash FROM mandate_audit.ledger AS l WHERE l.tenant = ANY (tenants) ORDER BY l.number FOR UPDATE;
END $$;

-- Makes the partition of the month a time is in.
CREATE FUNCTION mandate_audit.make_partition(at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    month timestamptz := date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    name text := 'event_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    PERFORM pg_advisory_xact_lock(5567612210446328164);
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_tables AS t WHERE t.schemaname = 'mandate_audit' AND t.tablename = name) THEN
        EXECUTE format('CREATE TABLE mandate_audit.%I PARTITION OF mandate_audit.event FOR VALUES FROM (%L) TO (%L)', name, month, next);
        EXECUTE format('CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON mandate_audit.%I FOR EACH STATEMENT EXECUTE FUNCTION mandate_audit.refuse()', name);
    END IF;
END $$;

-- Retention: takes events away and keeps what the rest is verified from. Never beyond a checkpoint, and never the last event.
CREATE FUNCTION mandate_audit.remove_events(ledger_number int, last bigint, last_hash bytea, last_frontier bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF last >= (SELECT sequence FROM mandate_audit.ledger WHERE number = ledger_number)
        OR last > coalesce((SELECT max(size) FROM mandate_audit.checkpoint WHERE ledger = ledger_number), 0)
    THEN
        RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('mandate_audit.removing', 'on', true);
    DELETE FROM mandate_audit.event WHERE ledger = ledger_number AND sequence <= last;
    PERFORM set_config('mandate_audit.removing', 'off', true);
    INSERT INTO mandate_audit.removed AS r (ledger, up_to, hash, frontier) VALUES (ledger_number, last, last_hash, last_frontier)
    ON CONFLICT (ledger) DO UPDATE SET up_to = excluded.up_to, hash = excluded.hash, frontier = excluded.frontier WHERE r.up_to < excluded.up_to;
END $$;

-- Roles. Grant the reader to whoever searches, the writer to the service, and retention to whoever may remove old events.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['mandate_audit_reader', 'mandate_audit_writer', 'mandate_audit_retention'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
        EXECUTE format('GRANT %I TO CURRENT_USER', role);
    END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA mandate_audit FROM PUBLIC;
GRANT USAGE ON SCHEMA mandate_audit TO mandate_audit_reader, mandate_audit_writer, mandate_audit_retention;
GRANT SELECT ON ALL TABLES IN SCHEMA mandate_audit TO mandate_audit_reader, mandate_audit_writer, mandate_audit_retention;
GRANT INSERT ON mandate_audit.event, mandate_audit.checkpoint, mandate_audit.node, mandate_audit.position TO mandate_audit_writer;
GRANT UPDATE ON mandate_audit.position TO mandate_audit_writer;
GRANT EXECUTE ON FUNCTION mandate_audit.lock_ledgers(bytea[]), mandate_audit.make_partition(timestamptz) TO mandate_audit_writer;
GRANT EXECUTE ON FUNCTION mandate_audit.remove_events(int, bigint, bytea, bytea) TO mandate_audit_retention;
