namespace AutoSelect.Contracts;

/// <summary>A part of the audit log.</summary>
/// <param name="Entries">In the order in which they were added.</param>
/// <param name="Next">To be given as <c>after</c> for the page that follows; the last page has it too, for what is added later.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long Next);

/// <summary>One entry of the audit log. No key, token or body is ever in one, but for a path that was refused.</summary>
public sealed record AuditEntry
{
    public required DateTimeOffset Time { get; init; }

    /// <summary>The same for the lines of one request.</summary>
    public required string Request { get; init; }

    /// <summary>"asked" before anything is done, "answered" afterwards, "refused" where nothing is.</summary>
    public required string Kind { get; init; }

    /// <summary>Id of the key, or "owner".</summary>
    public required string Caller { get; init; }

    /// <summary>Who holds it.</summary>
    public required string Name { get; init; }

    /// <summary>The project that the caller's key is good for, or <see cref="KeyDescription.AllProjects"/>.</summary>
    public string Project { get; init; } = KeyDescription.AllProjects;

    /// <summary>Id of the operation, such as cancelJob.</summary>
    public required string Operation { get; init; }

    /// <summary>What it was asked of, such as /v1/jobs/digits-1/cancel.</summary>
    public required string Path { get; init; }

    /// <summary>The address that it came from.</summary>
    public string? From { get; init; }

    /// <summary>HTTP status of the answer; null before.</summary>
    public int? Status { get; init; }

    /// <summary>What came of it, such as the id of the job or key that was made; null where the path says it.</summary>
    public string? Made { get; init; }

    /// <summary>A file that a job named and must not, with the rule, of at most 500 characters; null where none was refused.</summary>
    public string? RefusedPlace { get; init; }

    /// <summary>
    /// Refusals of the same key since the entry before of one, which have none of their own as they were too many; null where there were
    /// none.
    /// </summary>
    public int? Unlisted { get; init; }
}
