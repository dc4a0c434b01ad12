using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Training.Programs.Ranks;

namespace AutoSelect.Training.Programs;

/// <summary>The command line and the environment of a candidate's program.</summary>
internal static class ProgramWords
{
    /// <summary>
    /// The command with the candidate's arguments: in the words that name them in braces, the others after it as "--name value"; of truth
    /// values "--name" where true and nothing where false.
    /// </summary>
    public static ImmutableArray<string> Command(ProgramReference program, ImmutableSortedDictionary<string, string> arguments)
    {
        var left = new SortedDictionary<string, string>(arguments, StringComparer.Ordinal);
        var words = ImmutableArray.CreateBuilder<string>();
        // Which program is run no argument decides.
        words.Add(program.Command[0]);
        foreach (var word in program.Command.Skip(1))
        {
            var filled = word;
            foreach (var (name, value) in arguments)
            {
                if (!filled.Contains($"{{{name}}}", StringComparison.Ordinal)) continue;
                filled = filled.Replace($"{{{name}}}", Plain(value), StringComparison.Ordinal);
                left.Remove(name);
            }
            words.Add(filled);
        }
        foreach (var (name, value) in left)
        {
            if (value == "false") continue;
            words.Add($"--{name}");
            if (value != "true") words.Add(Plain(value));
        }
        return words.ToImmutable();
    }

    /// <summary>The protocol's variables.</summary>
    /// <param name="assignment">What to train.</param>
    /// <param name="workspace">Where the program works.</param>
    /// <param name="pipes">Between it and the device.</param>
    /// <param name="place">Where it works, and as whom.</param>
    /// <param name="part">Its part among several; null where it trains alone.</param>
    public static Dictionary<string, string> Environment(
        SegmentAssignment assignment, ProgramWorkspace workspace, NamedPipes pipes, ProgramPlace place, RankSetting? part)
    {
        var program = assignment.Workload.Program!;
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in PassedOn)
            if (System.Environment.GetEnvironmentVariable(name) is { } value) all[name] = value;
        foreach (var (name, value) in program.Environment) all[name] = value;
        foreach (var (name, value) in part?.Variables ?? []) all[name] = value;
        all[ProgramProtocol.VersionVariable] = Text(ProgramProtocol.Version);
        all[ProgramProtocol.ArgumentsVariable] =
            $"{{{string.Join(',', assignment.Candidate.Arguments.Select(a => $"{JsonSerializer.Serialize(a.Key)}:{a.Value}"))}}}";
        all[ProgramProtocol.StepsVariable] = Text(assignment.HorizonSteps);
        all[ProgramProtocol.FromStepVariable] = Text(assignment.From?.Step ?? 0);
        all[ProgramProtocol.UntilStepVariable] = Text(assignment.LastStep());
        all[ProgramProtocol.SeedVariable] = Text(assignment.Candidate.Seed);
        all[ProgramProtocol.CheckpointsVariable] = workspace.Checkpoints;
        all[ProgramProtocol.ReportsVariable] = pipes.Reports;
        all[ProgramProtocol.OrdersVariable] = pipes.Orders;
        if (assignment.From is not null) all[ProgramProtocol.ResumeFromVariable] = workspace.ResumeFrom;
        all["TMPDIR"] = workspace.Temporary;
        // Who chose another device would share it with the trial that it was lent to.
        all[CudaDevices] = VisibleDevices(place.CudaDevice);
        if (place.Account is { } account) (all["HOME"], all["USER"]) = (workspace.Work, account.Name);
        return all;
    }

    // What a program needs to find itself and its libraries, and the thread settings of the device; nothing that may hold a secret.
    private static readonly string[] PassedOn =
    [
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX",
        "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME",
    ];

    private const string CudaDevices = "CUDA_VISIBLE_DEVICES";

    /// <summary>The one device that was lent; of those that this process sees, the number counts.</summary>
    private static string VisibleDevices(int? device)
    {
        if (device is not { } index) return "";
        var own = System.Environment.GetEnvironmentVariable(CudaDevices)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return index < own.Length ? own[index] : Text(index);
    }

    /// <summary>An argument as a word: a text without its quotes, a number as it stands.</summary>
    private static string Plain(string json) => json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
