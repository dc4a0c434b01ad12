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
        string[] columns = ["candidate", "batch", "epochs", "steps", "schedule", "step time", "whole run", "turn", "hyperparameters"];
        TextTable.Write(output, columns, preview.Candidates.Select(c => Row(preview, c)));
        if (!preview.Ranks.IsEmpty) Write(output, preview.Ranks, preview.Transport!, preview.GradientBytes);
        output.WriteLine();
        if (preview.Race is { } race) RacePreviewText.Write(preview, race, output);
        else output.WriteLine(preview.Opening);
        if (preview.Borrowing is { } borrowing) BorrowingPreviewText.Write(borrowing, output);
        output.WriteLine(preview.Measurements > 0
            ? $"Step times rest on what earlier jobs of this store measured of this workload ({preview.Measurements})."
            : "Step times are a rule of thumb, good to a factor of about two, until the first trial has been measured: no earlier job of "
                + "this store ran this workload.");
        output.WriteLine($"Checkpoints every {Wording.Duration(spec.Checkpoints.EverySeconds)} and at each segment's end, "
            + $"{Wording.Size(spec.Checkpoints.DiskLimitBytes)} at most.");
    }

    private static string[] Row(JobPreview preview, CandidatePreview candidate) =>
    [
        candidate.Name,
        candidate.BatchSize.ToString(),
        Wording.Number(candidate.Epochs),
        candidate.Steps.ToString(),
        candidate.Schedule.ToString().ToLowerInvariant(),
        Wording.StepTime(candidate.StepSeconds),
        Wording.Duration(candidate.RunSeconds),
        Turn(preview, candidate),
        string.Join(", ", candidate.Hyperparameters.Where(h => !candidate.Untouched.Contains(h.Key))
            .Select(h => $"{h.Key} {Wording.Number(h.Value, 4)}").Concat(candidate.Axes)),
    ];

    private static string Turn(JobPreview preview, CandidatePreview candidate) =>
        candidate.Name == preview.Spec.Baseline && preview.Race is not null ? "baseline"
        : preview.Challengers.IndexOf(candidate.Name) is >= 0 and var turn ? (turn + 1).ToString()
        : candidate.BranchStep is { } branch ? $"from step {branch}"
        : preview.Race is null && candidate.FirstRungStep is not null ? "trains" : "none";

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
