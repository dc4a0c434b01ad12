using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Api;

/// <summary>A request is refused; the message gives the value and the rule.</summary>
internal sealed class ApiFaultException(int status, string message) : Exception(message)
{
    public int Status => status;

    /// <summary>One of <see cref="ApiProblemTypes"/>; null where the status says enough.</summary>
    public string? Type { get; init; }

    /// <summary>All that is wrong with a job; null for other faults.</summary>
    public ImmutableArray<JobNote>? Errors { get; init; }
}
