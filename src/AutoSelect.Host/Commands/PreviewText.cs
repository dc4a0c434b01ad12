using AutoSelect.Contracts;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Host.Commands;

/// <summary>A preview on the terminal.</summary>
internal static class PreviewText
{
    public static void Write(JobPreview preview, TextWriter output)
    {
        var spec = preview.Spec;
        output.WriteLine($"{spec.Name}: {spec.Workload.Name} with {spec.TrainingExamples} training examples, "
            + $"{Wording.Objective(spec.Objective)}, confidence {Wording.Number(spec.Confidence)}");
        output.WriteLine();
        string[] columns =
            ["candidate", "batch", "epochs", "steps", "schedule", "step time", "whole run", "first slice", "hyperparameters"];
        TextTable.Write(output, columns, preview.Candidates.Select(c => Row(c, spec.Baseline)));
        if (!preview.Ranks.IsEmpty) Write(output, preview.Ranks, preview.Transport!, preview.GradientBytes);
        output.WriteLine();
        output.WriteLine(preview.Opening);
        foreach (var line in Race(preview)) output.WriteLine(line);
        output.WriteLine($"Checkpoints every {Wording.Duration(spec.Checkpoints.EverySeconds)} and at each segment's end, "
            + $"{Wording.Size(spec.Checkpoints.DiskLimitBytes)} at most.");
        output.WriteLine(preview.Measurements > 0
            ? $"Step times rest on what earlier jobs measured ({preview.Measurements})."
            : "Step times are a rule of thumb, good to a factor of about two: no earlier job of the store ran this workload.");
    }

    private static IEnumerable<string> Race(JobPreview preview)
    {
        if (preview.Race is not { } race) yield break;
        var baseline = race.BaselineSeconds;
        yield return $"{preview.Spec.Baseline}, the baseline, is expected to need {Wording.Duration(baseline.P50)} alone "
            + $"({Wording.Duration(baseline.P05)} to {Wording.Duration(baseline.P95)}). "
            + $"The job ends at most {Wording.Duration(race.PremiumSeconds)} later than it would have.";
        yield return preview.Challengers.IsEmpty ? "Nobody is expected to be worth a try."
            : $"Up to {Wording.Count(preview.Challengers.Length, "challenger")} "
                + $"{(race.BorrowedDevices > 0 ? $"on {Wording.Count(race.BorrowedDevices, "borrowed device")}" : "in turns with it")}, "
                + $"{(race.IsByHistory ? "by what earlier runs say" : "in no known order")}: {string.Join(", ", preview.Challengers)}.";
        if (race.BorrowedDevices > 0 && !preview.Challengers.IsEmpty)
            yield return $"Borrowed devices cost at most {Wording.Duration(race.MostBorrowedSeconds)} of their time.";
    }

    private static string[] Row(CandidatePreview candidate, string baseline) =>
    [
        candidate.Name + (candidate.Name == baseline ? " (baseline)" : ""),
        candidate.BatchSize.ToString(),
        Wording.Number(candidate.Epochs),
        candidate.Steps.ToString(),
        candidate.Schedule.ToString().ToLowerInvariant(),
        Wording.StepTime(candidate.StepSeconds),
        Wording.Duration(candidate.RunSeconds),
        candidate.FirstRungStep is { } step ? $"to step {step}"
            : candidate.BranchStep is { } branch ? $"begins at step {branch}"
            : candidate.Waits ? "waits" : "does not start",
        string.Join(", ", candidate.Hyperparameters.Select(h => $"{h.Key} {Wording.Number(h.Value)}").Concat(candidate.Axes)),
    ];

    private static void Write(TextWriter output, IReadOnlyCollection<RankPreview> previews, string transport, long gradientBytes)
    {
        output.WriteLine();
        output.WriteLine($"On several devices, over links as measured just now ({transport}):");
        TextTable.Write(output, ["candidate", "devices", "step time", "communication", "hidden", "exchange"], previews.Select(p => new[]
        {
            p.Candidate + (p.IsCommitted ? " once committed" : ""), p.Devices.ToString(), Wording.StepTime(p.StepSeconds),
            Wording.StepTime(p.CommunicationSeconds), Wording.StepTime(p.HiddenSeconds), Words(p.Plan, gradientBytes),
        }));
    }

    private static string Words(ExchangePlan plan, long gradientBytes)
    {
        var when = plan.Overlap switch
        {
            ExchangeOverlap.None => "after the passes",
            ExchangeOverlap.Backward => "beside the backward pass",
            _ => "beside both passes",
        };
        var what = plan.BucketBytes >= gradientBytes ? "all at once"
            : plan.BucketBytes == 1 ? "layer by layer" : $"{Wording.Size(plan.BucketBytes)} at a time";
        return $"{when}, {what}{(plan.Hierarchy.IsDefaultOrEmpty ? "" : $", rings of {string.Join(" x ", plan.Hierarchy)}")}";
    }
}
