namespace Mandate.Engine.Visibility;

/// <summary>
/// What lists and counts read: the runs' own rows, and an index of the search attributes callers set. A run costs one row at its start and one update at its close or upsert,
/// which the engine writes anyway; an attribute costs a row of the index.
/// </summary>
internal static class VisibilitySchema
{
    /// <summary>Value of <c>closed</c> for an open run: after every time, so that open runs come first in the default order.</summary>
    public const long Open = long.MaxValue;

    /// <summary><see cref="Open"/> in SQL.</summary>
    public const string OpenText = "9223372036854775807";

    /// <summary>The rows of runs. <c>info</c> is last: it may be large, and what stands before it is read without it. Times are UTC ticks.</summary>
    public const string Tables =
        $"""
        CREATE TABLE runs (
            key INTEGER PRIMARY KEY,
            namespace INTEGER NOT NULL,
            workflow_id TEXT NOT NULL,
            run_id TEXT NOT NULL,
            first_run_id TEXT NOT NULL,
            request_id TEXT NOT NULL,
            status INTEGER NOT NULL,
            start_time INTEGER NOT NULL,
            close_time INTEGER,
            workflow_type TEXT NOT NULL,
            task_queue TEXT NOT NULL,
            execution_time INTEGER NOT NULL,
            history_length INTEGER,
            history_size INTEGER,
            state_transitions INTEGER,
            parent_workflow_id TEXT,
            parent_run_id TEXT,
            root_workflow_id TEXT,
            root_run_id TEXT,
            info BLOB NOT NULL,
            closed INTEGER GENERATED ALWAYS AS (coalesce(close_time, {OpenText})) VIRTUAL);
        CREATE TABLE search_attributes (
            namespace INTEGER NOT NULL,
            attribute INTEGER NOT NULL,
            value NOT NULL,
            run INTEGER NOT NULL,
            PRIMARY KEY (namespace, attribute, value, run)) WITHOUT ROWID;
        """;

    /// <summary>Indexes; created after a migration has filled the tables.</summary>
    public const string Indexes =
        """
        CREATE INDEX runs_by_workflow ON runs (namespace, workflow_id, key);
        CREATE INDEX runs_open ON runs (key) WHERE status = 1;
        CREATE INDEX runs_by_run_id ON runs (namespace, run_id);
        CREATE INDEX runs_by_close ON runs (namespace, closed, start_time);
        CREATE INDEX runs_by_start ON runs (namespace, start_time);
        CREATE INDEX runs_by_status ON runs (namespace, status, closed, start_time);
        CREATE INDEX runs_by_type ON runs (namespace, workflow_type, closed, start_time);
        CREATE INDEX runs_by_parent ON runs (namespace, parent_workflow_id, closed, start_time) WHERE parent_workflow_id IS NOT NULL;
        CREATE INDEX runs_by_root ON runs (namespace, root_workflow_id, closed, start_time) WHERE root_workflow_id IS NOT NULL;
        CREATE INDEX search_attributes_by_run ON search_attributes (run);
        """;

    /// <summary>
    /// What the planner is to think of the tables: in each row the number of entries, and of entries that share the first, first two, … columns. Fixed, so that plans do not change with the
    /// content; without it SQLite takes a namespace for a selective condition.
    /// </summary>
    public const string Statistics =
        """
        ANALYZE sqlite_schema;
        DELETE FROM sqlite_stat1 WHERE tbl IN ('runs', 'search_attributes');
        INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
            ('runs', 'runs_by_workflow', '200000 200000 2 1'),
            ('runs', 'runs_open', '2000 1'),
            ('runs', 'runs_by_run_id', '200000 200000 1'),
            ('runs', 'runs_by_close', '200000 200000 2 1'),
            ('runs', 'runs_by_start', '200000 200000 2'),
            ('runs', 'runs_by_status', '200000 200000 40000 2 1'),
            ('runs', 'runs_by_type', '200000 200000 20000 2 1'),
            ('runs', 'runs_by_parent', '50000 50000 10 2 1'),
            ('runs', 'runs_by_root', '50000 50000 20 2 1'),
            ('search_attributes', 'search_attributes', '200000 200000 50000 10 1'),
            ('search_attributes', 'search_attributes_by_run', '200000 4');
        """;
}
