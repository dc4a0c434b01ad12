namespace AutoSelect.Storage;

/// <summary>Tables of a <see cref="SqliteStore"/>. Times are ticks of UTC.</summary>
internal static class SqliteSchema
{
    /// <summary>
    /// Version of the layout that this build reads and writes; 1 had whole records, curves and rungs instead of events, 2 no shares, 3 no
    /// word on whose leases have changed.
    /// </summary>
    public const int Version = 4;

    private static readonly string[] TablesOf2 =
        ["schema", "names", "jobs", "submissions", "events", "devices", "demands", "leases", "counters"];

    /// <summary>Condition on a job's row.</summary>
    public const string AwaitsHook = "json_extract(summary, '$.awaitsHook') = 1";

    /// <summary>The tables of a layout from 2 on.</summary>
    public static IReadOnlyList<string> TablesOf(int version) => version switch
    {
        2 => TablesOf2,
        3 => [.. TablesOf2, "projects", "device_use"],
        _ => [.. TablesOf(3), "lease_changes"],
    };

    /// <summary>Makes layout 2.</summary>
    public const string Create = """
        CREATE TABLE schema (id INTEGER PRIMARY KEY CHECK (id = 0), version INTEGER NOT NULL);

        -- How often a name has been used for an id; not taken back when a job is deleted.
        CREATE TABLE names (name TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE jobs (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, workload TEXT NOT NULL, phase TEXT NOT NULL, submitted INTEGER NOT NULL,
            summary TEXT NOT NULL);
        CREATE INDEX jobs_by_time ON jobs (submitted, id);
        CREATE INDEX jobs_by_phase ON jobs (phase, submitted, id);
        CREATE INDEX jobs_by_workload ON jobs (workload, submitted, id);

        -- Stores that were made before are searched without it.
        CREATE INDEX jobs_awaiting_hook ON jobs (submitted, id) WHERE json_extract(summary, '$.awaitsHook') = 1;

        CREATE TABLE submissions (submission TEXT PRIMARY KEY, job TEXT NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID;

        -- In the order of writing, with an index by job: events of many jobs that are committed together then share pages. Kept in the
        -- order of jobs (WITHOUT ROWID) 32 writers with 10 points an event write twice the bytes at half the rate.
        CREATE TABLE events (
            job TEXT NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL, at REAL, kind TEXT NOT NULL, trial TEXT,
            change TEXT NOT NULL, PRIMARY KEY (job, number));

        CREATE TABLE devices (id TEXT PRIMARY KEY, provider TEXT NOT NULL, description TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE demands (
            place INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL UNIQUE, since INTEGER NOT NULL, demand TEXT NOT NULL);

        CREATE TABLE leases (
            token INTEGER PRIMARY KEY, device TEXT NOT NULL, job TEXT NOT NULL, expires INTEGER NOT NULL, provider TEXT NOT NULL,
            price REAL, lost TEXT, blameless INTEGER NOT NULL DEFAULT 0);
        CREATE UNIQUE INDEX one_lease_a_device ON leases (device) WHERE lost IS NULL;
        CREATE INDEX leases_by_job ON leases (job);

        -- 'token': the last one issued; 'ledger': changes of devices, demands and leases so far.
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        INSERT INTO schema VALUES (0, 2);
        """;

    /// <summary>Makes layout 3 of layout 2.</summary>
    public const string AddSharing = """
        -- What a project and the users in it may use, as it was last put.
        CREATE TABLE projects (project TEXT PRIMARY KEY, limits TEXT NOT NULL) WITHOUT ROWID;

        -- Device seconds, as they were charged in the hour that they ended in.
        CREATE TABLE device_use (
            project TEXT NOT NULL, owner TEXT NOT NULL, hour INTEGER NOT NULL, seconds REAL NOT NULL,
            PRIMARY KEY (project, owner, hour)) WITHOUT ROWID;

        ALTER TABLE devices ADD COLUMN price REAL NOT NULL DEFAULT 0;

        -- admitted: since when the job may hold devices; NULL while it waits, which waits says the reason of. recall: what it is to
        -- give back.
        ALTER TABLE demands ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
        ALTER TABLE demands ADD COLUMN owner TEXT NOT NULL DEFAULT '';
        ALTER TABLE demands ADD COLUMN admitted INTEGER;
        ALTER TABLE demands ADD COLUMN waits TEXT NOT NULL DEFAULT '';
        ALTER TABLE demands ADD COLUMN recall TEXT;
        UPDATE demands SET admitted = since;

        -- since: when it was granted. charged: up to when its time has been added to device_use.
        ALTER TABLE leases ADD COLUMN project TEXT NOT NULL DEFAULT 'default';
        ALTER TABLE leases ADD COLUMN owner TEXT NOT NULL DEFAULT '';
        ALTER TABLE leases ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE leases ADD COLUMN charged INTEGER;
        CREATE INDEX leases_by_project ON leases (project) WHERE lost IS NULL;

        UPDATE schema SET version = 3;
        """;

    /// <summary>Makes layout 4 of layout 3.</summary>
    public const string AddLeaseChanges = """
        -- Jobs whose leases, admission or recall have changed, with the ledger's count of changes then.
        CREATE TABLE lease_changes (job TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX lease_changes_by_version ON lease_changes (version);

        UPDATE schema SET version = 4;
        """;
}
