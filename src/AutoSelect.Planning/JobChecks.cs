using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Programs;
using AutoSelect.Planning.Trials;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning;

/// <summary>
/// The rules of a job that tie parts of its file to each other, to the workload and to the catalogue. Each is checked where the parts it
/// speaks of are sound, whatever else is wrong, so that all errors are told at once and none that only follows from another.
/// </summary>
/// <param name="file">What the file says.</param>
/// <param name="errors">What is wrong with it so far; gets what is found.</param>
/// <param name="inspection">What can be run, and the workload where it could be looked at.</param>
/// <param name="described">The workload where at least its metric is known; null where nothing is.</param>
internal sealed class JobChecks(JobFile file, JobFileErrors errors, Inspection inspection, WorkloadDescription? described)
{
    /// <summary>Keys that every candidate depends on.</summary>
    private static readonly string[] CrossedKeys = ["epochs", "batchSizes", "ranks", "communication", "modifiers", "points", "seed"];

    /// <summary>What came out otherwise than a rule of a candidate's strategy asks for; known once they have been checked.</summary>
    public ImmutableArray<CandidateNote> Notes { get; private set; } = [];

    /// <returns>The candidates with the name of the baseline; complete when there are no errors.</returns>
    public (ImmutableArray<Candidate> Candidates, string? Baseline) Run()
    {
        CheckObjective();
        if (inspection.Workload is { TrainingExamples: null } silent && !errors.Concern("workload"))
            Add("workload", $"Workload '{silent.Name}' does not say how many training examples it has.");
        var candidates = Expand();
        CheckDevices(candidates);
        return (candidates, FindBaseline(candidates));
    }

    /// <summary>The same for what joins a job while it runs.</summary>
    /// <param name="job">Which.</param>
    /// <returns>The candidates that join it; complete when there are no errors.</returns>
    public ImmutableArray<Candidate> RunAddition(JobSpec job)
    {
        var candidates = Expand(job.Candidates);
        CheckDevices(candidates);
        if (candidates.IsEmpty && !errors.Any) Add("candidates", "All of these candidates are in the job already: at least 1 must be new.");
        return candidates;
    }

    private void CheckObjective()
    {
        if (file.Goal is not { } goal || described is not { Range: { } range } workload || errors.Concern("objective")) return;
        if (goal.Target is { } target && !range.Contains(target))
        {
            Refuse("objective.fastest_to", Wording.Number(target), RangeRule(workload.Metric, range, target));
        }
        if (goal.Gain is { } gain && range.Maximum - range.Minimum is { } most && gain > most)
        {
            Refuse("objective.tradeoff.gain", Wording.Number(gain),
                $"{workload.Metric} lies {Words(range)} and cannot improve by more than {Wording.Number(most)}");
        }
    }

    /// <summary>Where a metric lies, and what was probably meant by a value elsewhere.</summary>
    public static string RangeRule(string metric, MetricRange range, double target)
    {
        var isPercent = range == MetricRange.Share && target is > 1 and <= 100;
        return $"{metric} lies {Words(range)}" + (isPercent ? $"; {Wording.Number(target)} % is {Wording.Number(target / 100)}" : "");
    }

    private static string Words(MetricRange range) => range switch
    {
        { Minimum: { } low, Maximum: { } high } => $"between {Wording.Number(low)} and {Wording.Number(high)}",
        { Minimum: { } low } => $"at {Wording.Number(low)} or above",
        { Maximum: { } high } => $"at {Wording.Number(high)} or below",
        _ => "anywhere",
    };

    private ImmutableArray<Candidate> Expand(ImmutableArray<Candidate> known = default)
    {
        if (CrossedKeys.Any(errors.Concern) || errors.ConcernItself("candidates")) return [];
        if (file.Program is { } program) return OfProgram(program, known);
        if (CandidateBound.Count(file.Candidates, inspection.Catalogue) is > CandidateBound.Most and var many)
        {
            Refuse("candidates", Wording.Number(many), $"lists that are crossed may come to at most {CandidateBound.Most} candidates");
            return [];
        }
        var strategies = Enumerable.Range(0, file.Candidates.Strategies.Length);
        var skipped = strategies.Where(i => errors.Concern($"candidates[{i}]")).ToImmutableHashSet();
        // Without the workload nothing is too large for it.
        var examples = inspection.Workload?.TrainingExamples ?? int.MaxValue;
        var expanded = CandidateGenerator.Expand(
            file.Candidates, inspection.Catalogue, examples, inspection.Workload?.Traits, skipped, known);
        foreach (var error in expanded.Errors) errors.Add(file.Lines.At(error.Path), error.Path, error.ToString(), error.Value, error.Rule);
        Notes = expanded.Notes;
        return expanded.Candidates;
    }

    private ImmutableArray<Candidate> OfProgram(ProgramRequest program, ImmutableArray<Candidate> known)
    {
        if (errors.Concern("candidates") || errors.Concern("workload")) return [];
        if (ProgramCandidates.Count(program) is > CandidateBound.Most and var many)
        {
            Refuse("candidates", Wording.Number(many), $"lists that are crossed may come to at most {CandidateBound.Most} candidates");
            return [];
        }
        return ProgramCandidates.Expand(program, known.IsDefault ? [] : known);
    }

    private void CheckDevices(ImmutableArray<Candidate> candidates)
    {
        if (candidates.MaxBy(c => c.Ranks) is { } widest && widest.Ranks > file.Probe.Devices && !errors.Concern("probe"))
        {
            // Where the probe is left at its default, the ranks are what somebody wrote.
            var at = Array.Find(["probe.devices", "ranks", "candidates"], file.Lines.Has) ?? "probe.devices";
            var rule = $"it must be at least {widest.Ranks}";
            var message = $"probe.devices is '{file.Probe.Devices}': {widest.Name} trains on {widest.Ranks} ranks, each on a device of its "
                + $"own; {rule}.";
            errors.Add(file.Lines.At(at), "probe.devices", message, $"{file.Probe.Devices}", rule);
        }
        if (errors.Concern("commit")) return;
        if (file.Program is not null && candidates.FirstOrDefault(c => c.Ranks < file.Commit.Devices) is { } narrow)
        {
            Refuse("commit.devices", $"{file.Commit.Devices}", "what a program does on more devices than it was tried on it alone knows, "
                + $"and {narrow.Name} has {Wording.Count(narrow.Ranks, "rank")}; leave it out, and set ranks");
            return;
        }
        if (RankRules.BrokenCommit(candidates, file.Commit.Devices, inspection.Workload?.Traits) is { } refused)
            Add("commit.devices", refused);
    }

    private string? FindBaseline(ImmutableArray<Candidate> candidates)
    {
        if (candidates.IsEmpty || errors.Concern("baseline")) return null;
        var baseline = Baseline.Choose(candidates, file.Baseline);
        // It may be one of those that could not be made.
        if (baseline is null && !errors.Concern("candidates") && !CrossedKeys.Any(errors.Concern))
        {
            var near = NearestName.Suggest(file.Baseline!, candidates.Select(c => c.Name));
            Add("baseline", $"baseline is '{file.Baseline}': it must be a candidate or a strategy among the candidates.{near}");
        }
        if (candidates.FirstOrDefault(c => c.Name == baseline) is { Continues: { } from } late)
            Add("baseline", $"baseline is '{file.Baseline}': {late.Name} continues {from.Candidate}, and what would have been run anyway "
                + "must begin by itself.");
        return baseline;
    }

    private void Refuse(string path, string value, string rule) =>
        errors.Add(file.Lines.At(path), path, $"{path} is '{value}': {rule}.", value, rule);

    private void Add(string path, string message) => errors.Add(file.Lines.At(path), path, message);
}
