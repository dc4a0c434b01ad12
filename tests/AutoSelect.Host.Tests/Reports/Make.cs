using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Tests.Reports;

/// <summary>Small records with figures that can be checked by hand.</summary>
internal static class Make
{
    public static Candidate Candidate(string name) => new()
    {
        Name = name,
        Strategy = "sgd",
        BatchSize = 10,
        Seed = 1,
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 10 },
    };

    /// <summary>One point: 1 s of training for every step, 0.5 s of evaluation for every 10 steps.</summary>
    public static CurvePoint Point(long step, double value) =>
        new() { Step = step, DeviceSeconds = step, EvaluationSeconds = step / 20.0, OverheadSeconds = 1, Value = value, TrainingLoss = 1 };

    public static Trial Trial(string name, int index, TrialState state, params (long Step, double Value)[] curve) => new()
    {
        Id = TrialId.At(index),
        Candidate = Candidate(name),
        State = state,
        HorizonSteps = 100,
        Curve = [.. curve.Select(c => Point(c.Step, c.Value))],
        StepTime = new StepTime { Steps = 10, LowerQuartileSeconds = 1, MeanSeconds = 1, StandardErrorSeconds = 0.1 },
    };

    public static Quantiles Quantiles(double p05, double p25, double p50, double p75, double p95) =>
        new() { P05 = p05, P25 = p25, P50 = p50, P75 = p75, P95 = p95 };

    public static Forecast Forecast(
        Trial trial, long at, Quantiles final, Quantiles? toTarget = null, params (long Step, Quantiles Value)[] bands) => new()
        {
            Trial = trial.Id,
            AtStep = at,
            FinalValue = final,
            FinalAtSeconds = 100,
            SecondsToTarget = toTarget,
            ProbabilityOfBest = 0.5,
            ExpectedRegret = 1,
            SecondsPerStep = 1,
            Bands = [.. bands.Select(b => new ForecastBand { Step = b.Step, Value = b.Value })],
        };

    public static RungRecord Rung(int rung, params Forecast[] forecasts) => new()
    {
        Rung = rung,
        DecidedAt = rung * 10,
        Forecasts = [.. forecasts],
        Decisions = [],
        Unit = "s",
        ExpectedSaving = 1,
        PriceOfSaving = 2,
        SpentDeviceSeconds = 0,
        Summary = "",
    };

    public static Objective FastestTo(double target) =>
        new() { Kind = ObjectiveKind.FastestTo, Metric = "accuracy", Direction = Direction.Maximize, Target = target };

    /// <summary>A job whose first trial is the baseline.</summary>
    public static JobRecord Job(Objective objective, Trial[] trials, params RungRecord[] rungs) => new()
    {
        Id = new JobId("j"),
        Phase = JobPhase.Completed,
        StartedAt = DateTimeOffset.UnixEpoch,
        ElapsedSeconds = 80,
        Folder = "/j",
        Trials = [.. trials],
        Rungs = [.. rungs],
        Spec = new JobSpec
        {
            Name = "j",
            Workload = new WorkloadReference { Name = "w" },
            Objective = objective,
            Candidates = [.. trials.Select(t => t.Candidate)],
            Baseline = trials[0].Candidate.Name,
            Seed = 1,
            TrainingExamples = 100,
        },
    };

    public static JobRecord Won(this JobRecord record, int index, double value, double? secondsToTarget) => record with
    {
        Outcome = new Outcome
        {
            ObjectiveMet = true,
            Summary = "",
            Winner = TrialId.At(index),
            Value = value,
            SecondsToTarget = secondsToTarget,
        },
        Commits = [new Commit { Winner = TrialId.At(index), Rung = 0, At = 1, Reason = "", Forecast = Forecast(
            record.Trials[index], 0, Quantiles(0, 0, 0, 0, 0)) }],
    };

    public static ImmutableArray<Segment> Segments(params (string Device, double Training, double Evaluation, double Overhead)[] rows) =>
    [
        .. rows.Select(r => new Segment
        {
            Device = new DeviceId(r.Device), LeaseToken = 1, Rung = 0, StartedAt = 0, FromStep = 0,
            DeviceSeconds = r.Training, EvaluationSeconds = r.Evaluation, OverheadSeconds = r.Overhead,
        }),
    ];
}
