using System.Collections.Immutable;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Api.Jobs;

/// <summary>Which files of the machine jobs may name.</summary>
internal static class JobPlaces
{
    /// <summary>Most characters of the audit log of a path and its rule.</summary>
    private const int Noted = 500;

    /// <summary>What somebody submits, held to the places that are allowed.</summary>
    public static JobText Text(ApiCall call, string text, string file) =>
        new(text, file, call.Parts.FilesFolder) { Places = call.Parts.Allowed };

    /// <summary>Has the audit log know of a path that was refused.</summary>
    public static void Note(ApiCall call, ImmutableArray<JobFileError> errors)
    {
        if (errors.FirstOrDefault(e => e.Rule == call.Parts.Allowed.Rule) is { } refused) call.RefusedPlace = Shortened(refused.Message);
    }

    /// <summary>Of a job that was taken in when more was allowed.</summary>
    /// <exception cref="InvalidOperationException">Its workload may not be named any more.</exception>
    public static void Check(ApiCall call, JobRecord record)
    {
        if (call.Parts.Allowed.Broken(record.Spec.Workload) is not { } broken) return;
        call.RefusedPlace = Shortened(broken);
        throw new InvalidOperationException($"The workload of job '{record.Id}' is refused now: {broken}");
    }

    private static string Shortened(string text) => text.Length <= Noted ? text : text[..Noted];
}
