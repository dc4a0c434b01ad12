using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage;

/// <summary>The store cannot be opened or written; what was stored before is intact.</summary>
[GenerateSerializer, Alias("autoselect.StoreUnavailableException")]
public sealed class StoreUnavailableException : IOException
{
    /// <param name="path">Of the store.</param>
    /// <param name="cause">What went wrong.</param>
    public StoreUnavailableException(string path, Exception cause) : base($"The store {path} cannot be written: {Rule(cause)}") =>
        Cause = cause;

    /// <param name="store">Its name, for people, without a secret.</param>
    /// <param name="rule">What is wrong with it, and what to do.</param>
    /// <param name="cause">What it said.</param>
    public StoreUnavailableException(string store, string rule, Exception cause) : base($"The store {store} cannot be used: {rule}") =>
        Cause = cause;

    /// <summary>
    /// What the store's own library said; null in another process than that which met it. Not the inner exception: that would go with it
    /// through a grain call, where those of libraries cannot go.
    /// </summary>
    [field: NonSerialized] public Exception? Cause { get; }

    public override string ToString() => Cause is null ? base.ToString() : $"{base.ToString()} ---> {Cause}";

    private static string Rule(Exception e) => e is SqliteException sqlite
        ? sqlite.SqliteErrorCode switch
        {
            5 or 6 => "another process is writing to it and does not come to an end",
            8 => "it, or its folder, is read-only; give a writable folder with --store",
            10 => $"the disk reports an error ({sqlite.Message})",
            13 => "the disk is full; free some space and resume the job",
            11 => $"it is damaged ({sqlite.Message})",
            14 => "its folder is missing or not accessible; give a writable folder with --store",
            26 => "it is no database; it was left as it is",
            _ => sqlite.Message,
        }
        : e.Message;
}
