using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>An error of the API as problem details (RFC 9457, application/problem+json).</summary>
public sealed record ApiProblem
{
    /// <summary>
    /// "about:blank" where the status says which kind of problem it is; else one of <see cref="ApiProblemTypes"/>.
    /// </summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The value and the rule that it breaks, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>All that is wrong with a job that was submitted, in order of line; null for other problems.</summary>
    public ImmutableArray<JobNote>? Errors { get; init; }
}

/// <summary>Something that is wrong with the text of a job, or that its submitter should know.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Path">What it is about, such as candidates[1].values.learningRate; empty for the job as a whole.</param>
/// <param name="Message">What stands there and the rule, in one sentence.</param>
/// <param name="Value">What stands there; null where nothing does.</param>
/// <param name="Rule">What must stand there; null where the message alone says it.</param>
public sealed record JobNote(int Line, string Path, string Message, string? Value = null, string? Rule = null);
