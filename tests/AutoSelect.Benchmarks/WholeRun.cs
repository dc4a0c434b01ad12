using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;

namespace AutoSelect.Benchmarks;

/// <summary>A candidate's run from its first to its last step as one segment.</summary>
internal sealed record WholeRun
{
    private static readonly StrategyCatalogue strategies = new(typeof(Sgd).Assembly);

    public required string Workload { get; init; }

    /// <summary>Options of the workload, as name=value.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    public required string Strategy { get; init; }

    public required int Batch { get; init; }

    public required double Epochs { get; init; }

    public required int TrainingExamples { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>Hyperparameters as name:value,…; those not named follow the strategy's rule for the batch.</summary>
    public string Values { get; init; } = "";

    public Modifiers Modifiers { get; init; } = new();

    public double EvaluationsPerEpoch { get; init; } = .5;

    public double? StopAtValue { get; init; }

    public int Ranks { get; init; } = 1;

    public string Communication { get; init; } = "none";

    public ExchangePlan Plan { get; init; } = new();

    /// <summary>Steps to stop at; null for the whole run.</summary>
    public long? Steps { get; init; }

    public Direction Direction { get; init; } = Direction.Maximize;

    /// <summary>The first steps of a run that is there to be timed: no evaluation disturbs them.</summary>
    /// <param name="workload">Name, and options as :name=value.</param>
    /// <param name="options">May name strategy, batch and steps.</param>
    public static WholeRun Timed(string workload, BenchmarkOptions options, int batch, int steps) => new()
    {
        Workload = workload.Split(':')[0],
        Options = workload.Split(':')[1..],
        Strategy = options.Text("strategy", "sgd"),
        Batch = options.Integer("batch", batch),
        Epochs = 10,
        TrainingExamples = 55_000,
        EvaluationsPerEpoch = .01,
        Steps = options.Integer("steps", steps),
    };

    /// <param name="folder">For checkpoints.</param>
    public SegmentAssignment Assignment(string folder)
    {
        var strategy = strategies[Strategy].Description;
        var given = Values.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split(':'))
            .ToDictionary(v => v[0], v => double.Parse(v[1], CultureInfo.InvariantCulture));
        var schedule = new LearningRateSchedule
        {
            Kind = strategy.Schedule,
            HorizonEpochs = Epochs,
            WarmupFraction = strategy.WarmupFraction,
        };
        var steps = schedule.HorizonSteps(TrainingExamples, Batch);
        return new()
        {
            Job = new("benchmark"),
            Trial = new("t01"),
            LeaseToken = 1,
            Candidate = new()
            {
                Name = Strategy,
                Strategy = Strategy,
                Hyperparameters = strategy.Hyperparameters.ToImmutableSortedDictionary(h => h.Name, h =>
                    given.TryGetValue(h.Name, out var value) ? value
                    : Math.Clamp(h.Default * Math.Pow((double)Batch / strategy.BaseBatchSize, h.BatchSizeExponent), h.Minimum, h.Maximum)),
                BatchSize = Batch,
                Schedule = schedule,
                Seed = Seed,
                Modifiers = Modifiers,
                Ranks = Communication == "none" ? 1 : Ranks,
                Communication = Communication,
            },
            Workload = new()
            {
                Name = Workload,
                Options = Options.Select(o => o.Split('=', 2)).ToImmutableSortedDictionary(o => o[0], o => o[1]),
            },
            Evaluation = new() { PerEpoch = EvaluationsPerEpoch },
            UntilStep = Math.Min(Steps ?? steps, steps),
            StopAtValue = StopAtValue,
            CheckpointEverySeconds = double.PositiveInfinity,
            Folder = folder,
            HorizonSteps = steps,
            Direction = Direction,
            Rung = 0,
            Placement = Ranks == 1 ? null : new RankPlacement { Token = Guid.Empty, Generation = 1, Rank = 0, Size = Ranks, Plan = Plan },
        };
    }
}
