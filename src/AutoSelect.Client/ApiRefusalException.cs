using System.Collections.Immutable;
using System.Net;
using AutoSelect.Contracts;

namespace AutoSelect.Client;

/// <summary>The server refused a request; the message says why.</summary>
public sealed class ApiRefusalException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status => status;

    /// <summary>"about:blank", or one of <see cref="ApiProblemTypes"/>.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>All that is wrong with a job that was submitted; empty for other refusals.</summary>
    public ImmutableArray<JobNote> Errors { get; init; } = [];
}
