using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>Which jobs to list.</summary>
public sealed record JobListQuery
{
    /// <summary>Only jobs in one of these phases; empty for all.</summary>
    public ImmutableArray<JobPhase> States { get; init; } = [];

    /// <summary>Only jobs of this owner; null for all.</summary>
    public string? Owner { get; init; }

    /// <summary>Only jobs of this project; null for all that the key is good for.</summary>
    public string? Project { get; init; }

    /// <summary>Only jobs of this workload; null for all.</summary>
    public string? Workload { get; init; }

    /// <summary>Only jobs with these labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Only jobs with a label of this name, whatever its text; null for all.</summary>
    public string? Labelled { get; init; }

    /// <summary>Only jobs whose id contains it; null for all.</summary>
    public string? Name { get; init; }

    public bool NewestFirst { get; init; }

    /// <summary>Most jobs of the page, 1 to 1000; null for 1000.</summary>
    public int? Size { get; init; }

    /// <summary><see cref="JobList.Next"/> of the page before; null for the first.</summary>
    public string? After { get; init; }

    internal string ToQuery() => new QueryText()
        .Add("state", States.Select(s => s.ToString())).Add("owner", Owner).Add("project", Project).Add("workload", Workload)
        .Add("label", Labels.Select(l => $"{l.Key}={l.Value}")).Add("labelled", Labelled)
        .Add("name", Name).Add("newest", NewestFirst ? "true" : null)
        .Add("size", Size).Add("after", After).ToString();
}
