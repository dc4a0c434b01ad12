using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>Who did what. Entries are added and never changed. All implementations pass one suite of tests.</summary>
public interface IAuditLog
{
    /// <summary>Adds an entry; it is durable when the task completes.</summary>
    /// <exception cref="IOException">It could not be kept; what it speaks of must not be done.</exception>
    Task Add(AuditEntry entry);

    /// <summary>Entries in the order in which they were added.</summary>
    /// <param name="project">Only those of callers of this project; null for all.</param>
    /// <param name="after"><see cref="AuditPage.Next"/> of the page before; 0 for the first.</param>
    /// <param name="size">Most entries of the page, at least 1.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<AuditPage> Read(string? project, long after, int size);
}
