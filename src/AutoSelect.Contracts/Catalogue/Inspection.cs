using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What the control side asks a device executable before a job: the catalogue, and a workload made ready.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.InspectionRequest")]
public sealed record InspectionRequest
{
    /// <summary>The workload to look at; null asks for the catalogue alone.</summary>
    [Id(0)] public WorkloadReference? Workload { get; init; }

    /// <summary>True to get the workload's data, downloading it where needed.</summary>
    [Id(1)] public bool PrepareData { get; init; }

    /// <summary>Folder in which downloaded data sets are kept.</summary>
    [Id(2)] public required string DataDirectory { get; init; }

    /// <summary>Ranks between which the links of this machine are to be measured; below 2 for none. Default 0.</summary>
    [Id(3)] public int Ranks { get; init; }
}

/// <summary>One line of the answer, as JSON on standard output; the last line has a result or an error.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.InspectionReply")]
public sealed record InspectionReply
{
    /// <summary>What is being loaded, for a progress bar.</summary>
    [Id(0)] public string? Progress { get; init; }
    [Id(1)] public long Bytes { get; init; }
    [Id(2)] public long? TotalBytes { get; init; }

    [Id(3)] public Catalogue? Catalogue { get; init; }

    /// <summary>The workload that was asked for, with its training examples counted when its data was prepared; beside an input error as
    /// far as it is known without its data.</summary>
    [Id(4)] public WorkloadDescription? Workload { get; init; }

    /// <summary>Why it cannot be had.</summary>
    [Id(5)] public string? Error { get; init; }

    /// <summary>True when the error lies in what was asked for, the files it names included; false when the machine lacks
    /// something.</summary>
    [Id(6)] public bool IsInputError { get; init; }

    /// <summary>What ranks measured of their links, as the JSON of a group's measurement; null where it was not asked for.</summary>
    [Id(7)] public string? Links { get; init; }

    /// <summary>The workload's option that an input error is about; null where it is about none.</summary>
    [Id(8)] public string? Option { get; init; }

    /// <summary>
    /// Files and folders that the answer about the workload depends on: while they and what was asked stay the same, so does the answer.
    /// Null where that is not known, as of a user's own workload that names none.
    /// </summary>
    [Id(9)] public ImmutableArray<string>? Files { get; init; }
}
