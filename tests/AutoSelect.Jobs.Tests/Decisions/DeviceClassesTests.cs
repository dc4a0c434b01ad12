using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Decisions;

/// <summary>Times of trials on devices of different classes are not taken for each other's.</summary>
public sealed class DeviceClassesTests
{
    private static readonly TrialId Baseline = TrialId.At(0);
    private static readonly TrialId Challenger = TrialId.At(1);
    private static readonly TrialId Waiting = TrialId.At(2);

    [Fact]
    public void One_that_trains_on_a_slow_device_does_not_make_those_on_fast_ones_slow()
    {
        var slow = Trained(Record(), Baseline, "slow", to: 100, .5);
        Assert.InRange(StepTime(slow, Challenger), .2, .5);
        var both = Trained(slow, Challenger, "fast", to: 100, .01);
        Assert.Equal((.5, .01), (Math.Round(StepTime(both, Baseline), 2), Math.Round(StepTime(both, Challenger), 3)));
        // Who has not begun gets a borrowed device.
        Assert.InRange(StepTime(both, Waiting), .008, .02);
    }

    [Fact]
    public void One_that_moves_to_another_class_is_measured_anew()
    {
        var record = Trained(Trained(Record(), Baseline, "slow", to: 100, .5), Challenger, "slow", to: 100, .4);
        var moved = Ended(record, Challenger, 100);
        moved = Started(moved, Challenger, "fast", from: 100);
        // Nothing was measured there yet: what is believed is what was predicted.
        Assert.InRange(StepTime(moved, Challenger), .015, .025);
        var measured = Reported(moved, Challenger, to: 200, .01);
        Assert.Equal(.01, StepTime(measured, Challenger), .002);
        Assert.Equal(.5, StepTime(measured, Baseline), .05);
    }

    [Fact]
    public void Evaluations_are_those_of_the_class_it_trains_on()
    {
        var record = Ended(Trained(Record(), Challenger, "slow", to: 100, .5), Challenger, 100);
        Assert.Equal(.05, Evaluation(record, Challenger), 6);
        var moved = Reported(Started(record, Challenger, "fast", from: 100), Challenger, to: 200, .01, evaluation: .001);
        Assert.Equal(.001, Evaluation(moved, Challenger), 6);
    }

    private static double StepTime(JobRecord record, TrialId trial) => StepTimes.Posterior(record)[trial].MedianSeconds;

    private static double Evaluation(JobRecord record, TrialId trial) => StepTimes.Posterior(record)[trial].EvaluationSeconds;

    private static JobRecord Record() =>
        SubmittedJobs.Record(SimulatedJobs.FastestTo(.9, "a", "b", "c") with { Policy = "insured" });

    private static JobRecord Trained(JobRecord record, TrialId trial, string model, long to, double seconds) =>
        Reported(Started(record, trial, model, from: 0), trial, to, seconds);

    private static JobRecord Started(JobRecord record, TrialId trial, string model, long from)
    {
        var device = new DeviceDescription
        {
            Id = new DeviceId($"{model}-{trial}"),
            Kind = DeviceKind.Cpu,
            Index = 0,
            Model = model,
            Host = "simulated",
        };
        var lease = new Lease { Device = device.Id, Job = record.Id, Token = record.Version + 1 };
        var gang = new Gang(record[trial], 1000, [lease]);
        return record.After(from, Dispatching.Started(record, gang, [device], from, isExport: false));
    }

    /// <summary>Four points up to a step, with their evaluations.</summary>
    private static JobRecord Reported(JobRecord record, TrialId trial, long to, double seconds, double evaluation = .05)
    {
        var before = record[trial].Curve is [.., var last] ? last : null;
        var from = before?.Step ?? 0;
        var points = Enumerable.Range(1, 4).Select(i => new CurvePoint
        {
            Step = from + i * (to - from) / 4,
            DeviceSeconds = (before?.DeviceSeconds ?? 0) + i * (to - from) / 4 * seconds,
            EvaluationSeconds = (before?.EvaluationSeconds ?? 0) + i * evaluation,
            OverheadSeconds = 0,
            Value = .5,
            TrainingLoss = 1,
        });
        var time = new StepTime { Steps = 1000, LowerQuartileSeconds = seconds, MeanSeconds = seconds, StandardErrorSeconds = 0 };
        return record.After(to, new SegmentReported(trial, [.. points], null, time, new SegmentProgress(to, (to - from) * seconds)));
    }

    private static JobRecord Ended(JobRecord record, TrialId trial, long step) => record.After(
        step, new SegmentReported(trial, [], new Checkpoint { Uri = "test", Step = step, Bytes = 1 }, null, new SegmentProgress(step)),
        new SegmentEnded(trial, SegmentEnd.BudgetReached, "", new SegmentProgress(step), TrialState.Paused, "", 0, []));
}
