using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;
using static AutoSelect.Grains.Tests.RaceScenario;
using static AutoSelect.Testing.Goals;

namespace AutoSelect.Grains.Tests;

/// <summary>Each objective, and each edge of an insured race.</summary>
internal static class RaceScenarios
{
    private static readonly RecordedCurve Base = Rising("base", .95);
    private static readonly RecordedCurve Better = Rising("better", .95, .02, .107);
    private static readonly RecordedCurve Worse = Rising("worse", .6, .05, .113);
    private static readonly RecordedCurve Middling = Rising("middling", .9, .06, .121);

    public static ImmutableSortedDictionary<string, RaceScenario> ByName { get; } = new Dictionary<string, RaceScenario>
    {
        ["fastest-to"] = new()
        {
            Curves = [Base, Worse, Better, Middling],
            Conditions = new() { Objective = FastestTo(.88) },
            Check = r =>
            {
                Assert.InRange(r.ElapsedSeconds, 0, SecondsTo(Base, .88));
                Assert.Equal("better", WinnerOf(r));
            },
        },
        ["best-by"] = new()
        {
            Curves = [Base, Worse, Better, Middling],
            Conditions = new() { Objective = BestBy(60) },
            Check = r => Assert.InRange(r.Outcome!.Value!.Value, ValueAt(Base, 60), 1),
        },
        ["best-by on one device"] = new()
        {
            Curves = [Base, Worse, Better],
            Conditions = new() { Objective = BestBy(60), Devices = 1, Probe = new() { Insurance = .3 } },
            Check = r => Assert.InRange(r.Outcome!.Value!.Value, ValueAt(Base, .7 * 60), 1),
        },
        ["tradeoff"] = new()
        {
            Curves = [Base, Worse, Better],
            Conditions = new() { Objective = Tradeoff(200) },
            Check = r =>
            {
                // Its last seconds would bring less than they cost.
                Assert.InRange(r.ElapsedSeconds, 0, 90);
                Assert.Contains("training on is expected to cost more time", r[r.Outcome!.Winner!.Value].Reason);
            },
        },
        ["one candidate"] = new()
        {
            Curves = [Base],
            Conditions = new() { Objective = FastestTo(.88) },
            Check = r =>
            {
                Assert.Equal(SecondsTo(Base, .88), r.ElapsedSeconds, 1e-3);
                Assert.Single(r.Trials[0].Segments, s => !s.IsExport);
                Assert.All(r.Rungs.SelectMany(g => g.Forecasts), f => Assert.Equal(1, f.ProbabilityOfBest, 1e-9));
            },
        },
        ["baseline diverges"] = new()
        {
            Curves = [Diverging(Base, 20), Worse, Middling],
            Conditions = new() { Objective = FastestTo(.82) },
            Check = r =>
            {
                Assert.Equal((TrialState.Failed, "middling"), (r.Of("base").State, WinnerOf(r)));
                Assert.Contains(r.Rungs, g => g.Summary.StartsWith("The insurance is over", StringComparison.Ordinal));
                Assert.Equal("middling", r[r.Commits[0].Winner].Candidate.Name);
            },
        },
        ["baseline ends short"] = new()
        {
            Curves = [Rising("base", .7), Middling],
            Conditions = new() { Objective = FastestTo(.84), Devices = 1 },
            Check = r =>
            {
                Assert.Equal("middling", WinnerOf(r));
                Assert.Contains(r.Rungs, g => g.Summary.StartsWith("The insurance is over", StringComparison.Ordinal));
            },
        },
        ["nobody can"] = new()
        {
            Curves = [Rising("base", .7), Worse, Rising("other", .65, .05, .127)],
            Conditions = new() { Objective = FastestTo(.9) },
            Check = r =>
            {
                Assert.False(r.Outcome!.ObjectiveMet);
                Assert.Equal("base", WinnerOf(r));
                // The baseline is given its whole run; the others end once they are unlikely.
                Assert.Equal(1000, r.Of("base").Curve[^1].Step);
                Assert.All(r.Trials[1..], t => Assert.True(t.Curve.IsEmpty || t.Curve[^1].Step < 1000));
                Assert.Contains("the target 0.9 is unlikely", r[r.Outcome.Winner!.Value].Reason);
            },
        },
        ["nobody can by the deadline"] = new()
        {
            Curves = [Base, Better],
            Conditions = new() { Objective = FastestTo(.94, deadline: 20) },
            Check = r =>
            {
                Assert.Equal(20, r.ElapsedSeconds, 1e-3);
                Assert.False(r.Outcome!.ObjectiveMet);
            },
        },
        ["incumbent diverges"] = new()
        {
            Curves = [Rising("base", .7, .06), Diverging(Rising("star", .93, .02, .121), 30)],
            Conditions = new() { Objective = BestBy(90) },
            Check = r =>
            {
                Assert.Equal([("star", false), ("base", true)],
                    r.Commits.Select(c => (r[c.Winner].Candidate.Name, c.IsFallback)));
                Assert.Equal((TrialState.Failed, "base"), (r.Of("star").State, WinnerOf(r)));
            },
        },
        ["lane 0 of two devices that come one by one"] = new()
        {
            Curves = [Base, Worse, Better],
            Conditions = new()
            {
                Objective = FastestTo(.88),
                Devices = 3,
                CommitDevices = 2,
                Presences = [new(), new(From: 7), new(From: 9)],
            },
            Check = r =>
            {
                var lane = Assert.Single(r.Of("base").Segments, s => !s.IsExport);
                Assert.Equal(2, lane.Devices);
                Assert.Equal(7, lane.StartedAt, 1e-3);
                Assert.All(r.Trials[1..], t => Assert.All(t.Segments, s => Assert.InRange(s.StartedAt, 8.999, 99)));
                Assert.Equal("better", WinnerOf(r));
            },
        },
        ["slow baseline"] = new()
        {
            Curves = [Rising("base", .95, .05, 1), Worse, Better],
            Conditions = new() { Objective = FastestTo(.88) },
            Check = r => Assert.Equal("better", WinnerOf(r)),
        },
        ["ranks"] = new()
        {
            Curves = [Base, Worse, Better],
            Conditions = new()
            {
                Objective = FastestTo(.9),
                Devices = 4,
                CommitDevices = 2,
                Ranks = ImmutableSortedDictionary<string, int>.Empty.Add("better", 2),
            },
            Check = r =>
            {
                Assert.Equal(2, r.Of("base").Segments[0].Devices);
                Assert.All(r.Of("better").Segments.Where(s => !s.IsExport), s => Assert.Equal(2, s.Devices));
                Assert.All(r.Of("worse").Segments, s => Assert.Equal(1, s.Devices));
                Assert.Equal("better", WinnerOf(r));
            },
        },
        ["devices come late and go away"] = new()
        {
            Curves = [Base, Worse, Better, Middling],
            Conditions = new()
            {
                Objective = FastestTo(.9),
                Devices = 3,
                Presences = [new(), new(From: 7), new(Until: 15)],
            },
            Check = r =>
            {
                Assert.InRange(r.ElapsedSeconds, 0, SecondsTo(Base, .9));
                Assert.Single(r.Of("base").Segments, s => !s.IsExport);
                Assert.Contains(r.Trials, t => t.Segments.Any(s => s.End == SegmentEnd.DeviceLost));
            },
        },
        ["lane 0 goes away"] = new()
        {
            Curves = [Base, Worse, Middling],
            Conditions = new() { Objective = FastestTo(.9), Presences = [new(Until: 10)] },
            Check = r =>
            {
                // It takes the device of whoever challenges it, and begins anew where its checkpoint is.
                Assert.Equal("base", WinnerOf(r));
                Assert.Equal(10, r.Of("base").Segments[1].StartedAt, 1);
                Assert.InRange(r.ElapsedSeconds, SecondsTo(Base, .9), SecondsTo(Base, .9) + 10.01);
            },
        },
    }.ToImmutableSortedDictionary();

    private static string WinnerOf(JobRecord record) => FaultJobs.WinnerOf(record);
}
