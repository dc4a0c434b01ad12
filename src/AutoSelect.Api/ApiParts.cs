using System.Collections.Immutable;
using AutoSelect.Api.Jobs;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api;

/// <summary>What the API is given to work with.</summary>
public sealed record ApiParts
{
    /// <summary>Where jobs are read from.</summary>
    public required IJobStore Jobs { get; init; }

    /// <summary>Records of jobs that were read of late; default ones of its own.</summary>
    public RecentRecords? Records { get; init; }

    /// <summary>Where devices, leases and demands are read from.</summary>
    public required ILeaseLedger Leases { get; init; }

    /// <summary>Tells what is borrowed; default nothing.</summary>
    public Func<Task<BorrowingStatus>> Borrowed { get; init; } = () => Task.FromResult(BorrowingStatus.Nothing);

    /// <summary>Where API keys are looked up.</summary>
    public required IKeyStore Keys { get; init; }

    /// <summary>Told of all that is changed, and of all that is refused to a key.</summary>
    public required IAuditLog Audit { get; init; }

    /// <summary>How the pool shares its devices, to say why jobs wait.</summary>
    public SharingOptions Sharing { get; init; } = new();

    public required IControlSide Control { get; init; }

    /// <summary>Where device processes are spoken to.</summary>
    public required IDeviceSide Devices { get; init; }

    /// <summary>Makes plans of what is submitted.</summary>
    public required JobPlanner Planner { get; init; }

    /// <summary>Absolute path of the folder that holds a folder for each job.</summary>
    public required string JobsFolder { get; init; }

    /// <summary>Opens the stores that checkpoints are in.</summary>
    public CheckpointStores Checkpoints { get; init; } = new();

    /// <summary>Which files of the machine submitted jobs may name.</summary>
    public required AllowedPlaces Allowed { get; init; }

    /// <summary>Absolute path of the folder that relative paths in submitted jobs count from.</summary>
    public required string FilesFolder { get; init; }

    /// <summary>Absolute path of the folder with the logs of the control side and of its devices; it may be missing.</summary>
    public required string LogsFolder { get; init; }

    /// <summary>
    /// Says why no requests should come here, each reason a clause for whoever has no key; empty where they may. Default: they always may.
    /// </summary>
    public Func<Task<ImmutableArray<string>>> Unready { get; init; } = () => Task.FromResult(ImmutableArray<string>.Empty);

    /// <summary>Writes the metrics of this process in a form that Prometheus reads; default none.</summary>
    public RequestDelegate Metrics { get; init; } = context => context.Response.WriteAsync("# No metrics are collected here.\n");

    /// <summary>A secret that lets in whoever can read it from the owner's file, for all projects; null for none.</summary>
    public string? OwnerToken { get; init; }

    /// <summary>Name of the owner: of the jobs that are submitted with <see cref="OwnerToken"/>.</summary>
    public string OwnerName { get; init; } = Environment.UserName;
}
