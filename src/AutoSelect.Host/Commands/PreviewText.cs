using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Host.Views;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Host.Commands;

/// <summary>A preview on the terminal.</summary>
internal static class PreviewText
{
    public static void Write(JobPreview preview, TextWriter output)
    {
        output.WriteLine($"{preview.Spec.Name}: {preview.Spec.Workload.Name} with {preview.Spec.TrainingExamples} training examples, {Figures.Goal(preview.Spec.Objective)}, confidence {Figures.Chosen(preview.Spec.Confidence)}");
        output.WriteLine();
        TextTable.Write(output, ["candidate", "batch", "epochs", "steps", "schedule", "step time", "whole run", "first rung", "hyperparameters"], preview.Candidates.Select(c => new[]
        {
            c.Name + (c.Name == preview.Spec.Baseline ? " (baseline)" : ""), c.BatchSize.ToString(), Figures.Chosen(c.Epochs), c.Steps.ToString(), c.Schedule.ToString().ToLowerInvariant(),
            Quantities.Time(c.StepSeconds), Quantities.Time(c.RunSeconds), c.FirstRungStep is { } step ? $"to step {step}" : c.BranchStep is { } branch ? $"begins at step {branch}" : c.Waits ? "waits" : "does not start",
            string.Join(", ", c.Hyperparameters.Select(h => $"{h.Key} {Figures.Chosen(h.Value)}").Concat(c.Axes)),
        }));
        if (!preview.Ranks.IsEmpty) Write(output, preview.Ranks, preview.Transport!, preview.GradientBytes);
        output.WriteLine();
        output.WriteLine(preview.Opening);
        output.WriteLine($"First rung: {Quantities.Time(preview.FirstRungSeconds)} of device time, about {Quantities.Time(preview.FirstRungSeconds / preview.Spec.Probe.Devices)} on {preview.Spec.Probe.Devices} devices.");
        output.WriteLine(preview.ProbeLimitSeconds is { } limit
            ? $"The losers may take {Figures.Percent(preview.Spec.Probe.Share)} of the job's device time: about {Quantities.Time(limit)} if the winner runs to its horizon."
            : "The losers may take any time.");
        output.WriteLine($"Checkpoints every {Quantities.Time(preview.Spec.Checkpoints.EverySeconds)} and at each segment's end, {Quantities.Size(preview.Spec.Checkpoints.DiskLimitBytes)} at most.");
        output.WriteLine(preview.Measurements > 0 ? $"Step times rest on what earlier jobs measured ({preview.Measurements})." : "Step times are a rule of thumb, good to a factor of about two: no earlier job of the store ran this workload.");
    }

    private static void Write(TextWriter output, IReadOnlyCollection<RankPreview> previews, string transport, long gradientBytes)
    {
        output.WriteLine();
        output.WriteLine($"On several devices, over links as measured just now ({transport}):");
        TextTable.Write(output, ["candidate", "devices", "step time", "communication", "hidden", "exchange"], previews.Select(p => new[]
        {
            p.Candidate + (p.IsCommitted ? " once committed" : ""), p.Devices.ToString(), Say.StepTime(p.StepSeconds), Say.StepTime(p.CommunicationSeconds), Say.StepTime(p.HiddenSeconds), Words(p.Plan, gradientBytes),
        }));
    }

    private static string Words(ExchangePlan plan, long gradientBytes)
    {
        var when = plan.Overlap switch { ExchangeOverlap.None => "after the passes", ExchangeOverlap.Backward => "beside the backward pass", _ => "beside both passes" };
        var what = plan.BucketBytes >= gradientBytes ? "all at once" : plan.BucketBytes == 1 ? "layer by layer" : $"{Quantities.Size(plan.BucketBytes)} at a time";
        return $"{when}, {what}{(plan.Hierarchy.IsDefaultOrEmpty ? "" : $", rings of {string.Join(" x ", plan.Hierarchy)}")}";
    }
}
