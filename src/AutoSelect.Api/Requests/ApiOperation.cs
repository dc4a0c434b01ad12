using System.Collections.Immutable;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Requests;

/// <summary>
/// One thing that can be asked for: what routing, authorisation, the audit log, the OpenAPI document and the tests go by.
/// </summary>
internal sealed record ApiOperation
{
    /// <summary>Unique, such as cancelJob.</summary>
    public required string Id { get; init; }

    public required string Method { get; init; }

    /// <summary>With {job}, {trial}, {file}, {key}, {project}, {device}, {session} or {group} where they stand.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The least role that may ask for it; <see cref="KeyRole.Device"/> for what devices ask for, and with them only operators of all
    /// projects.
    /// </summary>
    public required KeyRole Needs { get; init; }

    /// <summary>Whether it tells of all projects at once, so that a key of one may not ask for it.</summary>
    public bool IsOfAllProjects { get; init; }

    /// <summary>What may be asked of a caller beside their role, for people; empty where nothing is.</summary>
    public string Besides => IsOfDevices ? ", or Operator of all projects" : IsOfAllProjects ? " of all projects" : "";

    /// <summary>One sentence for the document.</summary>
    public required string Summary { get; init; }

    public required Func<ApiCall, Task<IResult>> Handle { get; init; }

    public ImmutableArray<ApiParameter> Parameters { get; init; } = [];

    /// <summary>Media types of its body; empty where it takes none.</summary>
    public ImmutableArray<string> Takes { get; init; } = [];

    /// <summary>Type of its body as JSON; null where it takes none, or text.</summary>
    public Type? Body { get; init; }

    /// <summary>Status of its answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Status of its answer where there is nothing to answer with; null where there always is.</summary>
    public int? Otherwise { get; init; }

    /// <summary>Type of its answer as JSON; null where it has none, or text or bytes.</summary>
    public Type? Answer { get; init; }

    /// <summary>Media types of its answer; empty where it has none.</summary>
    public ImmutableArray<string> Gives { get; init; } = ["application/json"];

    /// <summary>Statuses that it may be refused with, beside those that everything may be.</summary>
    public ImmutableArray<int> Refusals { get; init; } = [];

    /// <summary>
    /// Whether it is asked several times a second; what it changes is told by the events of jobs, and only its refusals to the audit log.
    /// </summary>
    public bool IsFrequent { get; init; }

    /// <summary>Whether it changes anything.</summary>
    public bool IsChange => Method != HttpMethods.Get;

    /// <summary>Whether it is told to the audit log before it is done.</summary>
    public bool IsAudited => IsChange && !IsFrequent;

    /// <summary>Whether it is one of those that devices ask for.</summary>
    public bool IsOfDevices => Needs == KeyRole.Device;

    /// <summary>Whether it is about one job.</summary>
    public bool IsOfJob => Path.Contains("{job}", StringComparison.Ordinal);

    /// <summary>Whether somebody's role lets them ask for it.</summary>
    public bool IsAllowedTo(Caller caller) => IsOfDevices
        ? caller.Role == KeyRole.Device || caller is { Role: KeyRole.Operator, OnlyProject: null }
        : caller.Role != KeyRole.Device && caller.Role >= Needs && (!IsOfAllProjects || caller.OnlyProject is null);
}
