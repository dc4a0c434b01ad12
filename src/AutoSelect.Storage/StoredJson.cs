using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>What stores keep as JSON, and what rows of it are looked for by; the same in all of them.</summary>
internal static class StoredJson
{
    private static readonly FrozenDictionary<Type, string> Kinds = typeof(JobChange).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToFrozenDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>A whole value; a change of a job with its kind.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, RecordJson.Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, RecordJson.Options)!;

    /// <summary>The change of an event.</summary>
    /// <exception cref="InvalidDataException">It was damaged, or is of a kind that this build does not know.</exception>
    public static JobChange ReadChange(JobId job, long number, string json)
    {
        try
        {
            return Read<JobChange>(json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"event {number} of job {job} cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The discriminator of a change's JSON.</summary>
    public static string Kind(JobChange change) => Kinds[change.GetType()];

    /// <summary>The trial that a change is about; null where it is about the job.</summary>
    public static string? Trial(JobChange change) => (change switch
    {
        JobRequested c => c.Request.Trial,
        SegmentStarted c => c.Trial,
        SegmentReported c => c.Trial,
        SegmentEnded c => c.Trial,
        MemberEnded c => c.Trial,
        TrialBranched c => c.Trial,
        CheckpointGivenUp c => c.Trial,
        TrialEnded c => c.Trial,
        ExportBegun c => c.Trial,
        _ => (TrialId?)null,
    })?.Value;
}
