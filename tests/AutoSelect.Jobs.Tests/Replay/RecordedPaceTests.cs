using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Tests.Replay;

/// <summary>What policies are told in a replay of the speed of recorded runs.</summary>
public sealed class RecordedPaceTests
{
    private static readonly ImmutableArray<RecordedCurve> Curves = [.. Enumerable.Range(0, 4).Select(Curve)];

    [Fact]
    public void Before_a_run_has_begun_its_pace_is_a_guess_and_afterwards_what_was_seen_of_it()
    {
        var policy = new Onlooker();
        SimulatedJob.Run(Curves, policy, Conditions(seed: 1));
        var opening = policy.Seen[0];
        Assert.All(opening, t => Assert.NotEqual(Pace(t), t.StepTime.MedianSeconds, 1e-6));
        Assert.All(opening, t => Assert.InRange(t.StepTime.LogStandardDeviation, .3, .45));
        var begun = policy.Seen.SelectMany(s => s).Where(t => t.Step is >= 30 and <= 50).ToArray();
        Assert.NotEmpty(begun);
        // From step 500 on every run takes twice as long: nothing of it is known at step 50.
        Assert.All(begun, t => Assert.InRange(t.StepTime.MedianSeconds / Pace(t), .85, 1.15));
        Assert.All(begun, t => Assert.True(t.StepTime.LogStandardDeviation < .1));
    }

    [Fact]
    public void One_run_that_was_measured_corrects_what_is_said_of_the_others()
    {
        var (before, after) = (0.0, 0.0);
        for (var seed = 1; seed <= 40; seed++)
        {
            var policy = new Onlooker();
            SimulatedJob.Run(Curves, policy, Conditions(seed));
            var then = policy.Seen.First(s => s.Any(t => t.Step > 0) && s.Any(t => t.Step == 0));
            var other = then.First(t => t.Step == 0);
            before += Error(policy.Seen[0].First(t => t.Trial == other.Trial)) / 40;
            after += Error(other) / 40;
        }
        Assert.True(after < before / 2, $"{before:0.00} before, {after:0.00} after the first run was measured");
    }

    [Fact]
    public void The_guess_is_fixed_by_seed_and_names()
    {
        double[] Guesses(long seed, ImmutableArray<RecordedCurve> curves)
        {
            var policy = new Onlooker();
            SimulatedJob.Run(curves, policy, Conditions(seed));
            return [.. policy.Seen[0].OrderBy(t => t.Candidate.Name, StringComparer.Ordinal).Select(t => t.StepTime.MedianSeconds)];
        }
        Assert.Equal(Guesses(3, Curves), Guesses(3, Curves));
        Assert.Equal(Guesses(3, Curves), Guesses(3, [.. Curves.Reverse()]));
        Assert.NotEqual(Guesses(3, Curves), Guesses(4, Curves));
    }

    private static double Error(TrialEvidence trial) => Math.Abs(Math.Log(trial.StepTime.MedianSeconds / Pace(trial)));

    /// <summary>Seconds of one of the first 500 steps.</summary>
    private static double Pace(TrialEvidence trial) => .1 * (1 + (trial.Candidate.Name[1] - '0'));

    private static SimulatedConditions Conditions(long seed) => new()
    {
        Objective = new Objective
        {
            Kind = ObjectiveKind.BestBy,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            DeadlineSeconds = 500,
        },
        Devices = 1,
        Seed = seed,
    };

    private static RecordedCurve Curve(int i)
    {
        var steps = Enumerable.Range(1, 100).Select(n => n * 10L).ToImmutableArray();
        return new RecordedCurve
        {
            Candidate = $"c{i}",
            Algorithm = $"a{i}",
            Problem = "simulated",
            Metric = "accuracy",
            DirectionName = "maximize",
            StepHint = 1000,
            Steps = steps,
            Seconds = [.. steps.Select(s => (s + Math.Max(0, s - 500)) * .1 * (1 + i))],
            Values = [.. steps.Select(s => (double?)(.5 + s / 10_000.0))],
        };
    }

    /// <summary>Trains one after the other by 50 steps and remembers what it was shown.</summary>
    private sealed class Onlooker : ISelectionPolicy
    {
        public List<ImmutableArray<TrialEvidence>> Seen { get; } = [];

        public string Name => "onlooker";

        public DecisionTriggers Triggers => PolicyCatalogue.Get("asha-stop").Triggers;

        public SelectionOutcome Decide(SelectionInput input)
        {
            Seen.Add(input.Trials);
            return PolicyCatalogue.Get("asha-stop").Decide(input);
        }
    }
}
