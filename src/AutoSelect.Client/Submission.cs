using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>A job to be submitted.</summary>
/// <param name="Text">The job as YAML.</param>
public sealed record Submission(string Text)
{
    /// <summary>What the text is called: a job without a name is named after it. Null for "job".</summary>
    public string? File { get; init; }

    /// <summary>Name of the job, in place of the text's; null for the text's.</summary>
    public string? Name { get; init; }

    /// <summary>Project of the job; null for the key's own.</summary>
    public string? Project { get; init; }

    /// <summary>Labels of the job, beside the text's.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its priority, as <see cref="JobPriority"/> reads it; null for the text's.</summary>
    public string? Priority { get; init; }

    /// <summary>Address that is told of the job's end, in place of the text's; null for the text's.</summary>
    public string? Notify { get; init; }

    /// <summary>The submitter's own id of the call: repeated, it gets the same job. Null for none.</summary>
    public string? Id { get; init; }

    internal string ToQuery() =>
        new QueryText().Add("file", File).Add("name", Name).Add("project", Project).Add("priority", Priority)
            .Add("notify", Notify).Add("label", Labels.Select(l => $"{l.Key}={l.Value}")).ToString();
}
