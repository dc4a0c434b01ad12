using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.Winners;

/// <summary>
/// A job file that trains the winner of a job alone: with its hyperparameters to the last digit, seed, batch size, precision, schedule,
/// ranks and communication, and the job's evaluations, checkpoints and objective.
/// </summary>
public static class WinnerJobFile
{
    private const int LongestName = 48;
    private const string Suffix = "-winner";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="job">A job that has chosen somebody.</param>
    /// <param name="catalogue">Strategies there are.</param>
    /// <returns>YAML.</returns>
    /// <exception cref="InvalidOperationException">Nobody is chosen yet, or this build has other strategies than the job was planned
    /// with.</exception>
    public static string Write(JobRecord job, Catalogue catalogue)
    {
        if (job.Spec.Workload.Program is { } program) return ProgramWinner.Write(job, program);
        var (run, spec, text) = (WinningRun.OfJob(job, catalogue), job.Spec, new StringBuilder());
        void Line(string line) => text.Append(line).Append('\n');
        Line($"# The winner of job {job.Id}, {run.Winner.Name}{WinnerWords.Result(job)}. Written by autoselect export.");
        if (run.Candidates.Length > 1)
            Line($"# It goes on from {run.Candidates[^2].Name}, which is trained for it: all candidates are trained to their ends.");
        Line($"name: {Quoted(NameFor(spec.Name))}");
        foreach (var line in Workload(spec.Workload)) Line(line);
        Line($"objective: {Objective(spec.Objective)}");
        Line("candidates:");
        foreach (var request in run.Requests)
            foreach (var line in Candidate(request)) Line(line);
        Line($"epochs: {Number(run.Winner.Schedule.HorizonEpochs)}");
        Line($"seed: {run.Winner.Seed}");
        Line($"evaluation: {{ perEpoch: {Number(spec.Evaluation.PerEpoch)} }}");
        Line($"checkpoints: {{ every: {Seconds(spec.Checkpoints.EverySeconds)}, diskLimit: {spec.Checkpoints.DiskLimitBytes}B }}");
        Line($"probe: {{ devices: {run.Candidates.Max(c => c.Ranks)} }}");
        Line($"commit: {{ devices: {spec.Commit.Devices} }}");
        if (run.Candidates.Length > 1) Line("policy: exhaustive");
        return text.ToString();
    }

    internal static string NameFor(string name) => name[..Math.Min(name.Length, LongestName - Suffix.Length)].TrimEnd('-') + Suffix;

    private static IEnumerable<string> Workload(WorkloadReference workload)
    {
        if (workload is { Assembly: null, Options.IsEmpty: true })
        {
            yield return $"workload: {Quoted(workload.Name)}";
            yield break;
        }
        yield return "workload:";
        if (workload.Assembly is not { } assembly) yield return $"  name: {Quoted(workload.Name)}";
        else
        {
            yield return $"  assembly: {Quoted(assembly)}";
            yield return $"  type: {Quoted(workload.Name)}";
        }
        if (!workload.Options.IsEmpty) yield return "  options:";
        foreach (var (name, value) in workload.Options) yield return $"    {Quoted(name)}: {Quoted(value)}";
    }

    internal static string Objective(Objective objective)
    {
        var deadline = objective.DeadlineSeconds is { } seconds ? $", deadline: {Seconds(seconds)}" : "";
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo => $"{{ fastest_to: {Number(objective.Target!.Value)}{deadline} }}",
            ObjectiveKind.BestBy => $"{{ best_by: {Seconds(objective.DeadlineSeconds!.Value)} }}",
            _ => $"{{ tradeoff: {{ gain: 1, worth: {Seconds(objective.SecondsPerUnit!.Value)} }}{deadline} }}",
        };
    }

    private static IEnumerable<string> Candidate(StrategyRequest request)
    {
        yield return $"  - strategy: {Quoted(request.Strategy)}";
        yield return "    values:";
        foreach (var (name, values) in request.Values) yield return $"      {Quoted(name)}: {Number(values[0])}";
        if (!request.BatchSizes.IsDefaultOrEmpty) yield return $"    batchSizes: [{request.BatchSizes[0]}]";
        yield return $"    schedule: {request.Schedule!.Value.ToString().ToLowerInvariant()}";
        yield return $"    ranks: {request.Ranks.Ranks[0]}";
        if (request.Ranks.Ranks[0] > 1) yield return $"    communication: {request.Ranks.Communication[0]}";
        yield return $"    modifiers: {{ {string.Join(", ", Modifiers(request.Modifiers))} }}";
        if (request.Continues is { } from)
        {
            yield return $"    continues: {{ candidate: {Quoted(from.Candidate)}, after: {Number(from.After[0])}, "
                + $"rewarm: {from.RewarmSteps!.Value} }}";
        }
    }

    /// <summary>All of them, so that no default of a candidate that is continued comes in.</summary>
    private static IEnumerable<string> Modifiers(ModifierGrid grid) =>
    [
        $"precision: {grid.Precision[0]}",
        $"microBatch: {grid.MicroBatch[0]?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
        $"clipNorm: {Optional(grid.ClipNorm[0])}",
        $"averaging: {grid.Averaging[0].ToString().ToLowerInvariant()}",
        $"cautious: {(grid.Cautious[0] ? "true" : "false")}",
        $"mixup: {Optional(grid.Mixup[0])}",
        $"labelSmoothing: {Optional(grid.LabelSmoothing[0])}",
        $"perturbation: {Optional(grid.Perturbation[0])}",
        $"sam: {Optional(grid.Sam[0])}",
    ];

    private static string Optional(double? value) => value is { } number ? Number(number) : "none";

    internal static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A duration to a tenth of a microsecond; durations have no exponents.</summary>
    internal static string Seconds(double seconds) => seconds.ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    /// <summary>YAML takes JSON's quotes.</summary>
    internal static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);
}
