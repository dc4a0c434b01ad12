using System.Collections.Immutable;

namespace AutoSelect.Api.Requests;

internal enum ApiParameterKind
{
    Text,

    /// <summary>A whole number, at least <see cref="ApiParameter.Minimum"/>.</summary>
    Number,

    /// <summary>"true" or "false".</summary>
    Flag,
}

/// <summary>A parameter of an operation's query or header.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Kind">What it must be.</param>
/// <param name="Description">For the document.</param>
internal sealed record ApiParameter(string Name, ApiParameterKind Kind, string Description)
{
    public long Minimum { get; init; }
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>The only words that it may be; empty for any.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>Whether it may be given several times.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it is a header field.</summary>
    public bool IsHeader { get; init; }

    /// <summary>What it must be, for people.</summary>
    public string Rule => Kind switch
    {
        ApiParameterKind.Number when Maximum == long.MaxValue => $"it must be an integer of at least {Minimum}",
        ApiParameterKind.Number => $"it must be an integer from {Minimum} to {Maximum}",
        ApiParameterKind.Flag => "it must be true or false",
        _ when !Words.IsEmpty => $"it must be one of {string.Join(", ", Words)}",
        _ => $"it must be at most {Maximum} characters",
    };
}
