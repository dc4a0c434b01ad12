using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Web.Tests;

/// <summary>Jobs with made-up measurements, and what goes on in them.</summary>
internal static class Races
{
    /// <summary>Text that is markup: it must be shown as it is, wherever it stands.</summary>
    public const string Markup = "<img src=x onerror=alert(1)><b>bold</b>";

    /// <summary>A job that runs, whose first candidate has a name of markup.</summary>
    public static JobRecord Hostile()
    {
        var record = JobRecords.Running();
        var named = record.Trials[0] with { Candidate = record.Trials[0].Candidate with { Name = Markup }, Reason = Markup };
        return record with
        {
            Trials = record.Trials.SetItem(0, named),
            Spec = record.Spec with { Labels = record.Spec.Labels.Add("team", Markup) },
            Notice = Markup,
        };
    }

    /// <summary>The next point of the trial that runs.</summary>
    public static SegmentReported Point(JobRecord record, TrialId trial, double value)
    {
        var known = record.Trials.First(t => t.Id == trial);
        var last = known.Curve[^1];
        var segment = known.Segments[^1];
        var point = last with
        {
            Step = last.Step + 40,
            DeviceSeconds = last.DeviceSeconds + 1,
            EvaluationSeconds = last.EvaluationSeconds + .1,
            Value = value,
            AveragedValue = value + .001,
        };
        return new SegmentReported(
            trial, [point], null, null,
            new SegmentProgress(point.Step, segment.DeviceSeconds + 1, segment.EvaluationSeconds + .1, segment.OverheadSeconds));
    }

    /// <summary>A trial that trains in the record.</summary>
    public static TrialId Training(JobRecord record) => record.Trials.First(t => t.Segments is [.., { EndedAt: null }]).Id;

    /// <summary>Another decision like the last, with another reason.</summary>
    public static JobDecided Decided(JobRecord record, string reason)
    {
        var last = record.Rungs[^1];
        ImmutableArray<Decision> decisions = [.. last.Decisions.Select(d => d with { Reason = reason })];
        return new JobDecided(last with
        {
            Rung = last.Rung + 1,
            DecidedAt = last.DecidedAt + 5,
            Decisions = decisions,
            Summary = "Decided anew: " + reason,
        }, null);
    }
}
