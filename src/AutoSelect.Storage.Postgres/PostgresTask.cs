namespace AutoSelect.Storage.Postgres;

/// <summary>Tasks of a cluster that one of its silos does at a time. The number is the key of an advisory lock.</summary>
public enum PostgresTask
{
    /// <summary>Removing what is kept no longer.</summary>
    Retention = 0x41755201,
}
