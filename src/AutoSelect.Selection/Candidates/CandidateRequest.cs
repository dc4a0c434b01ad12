using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>The candidates section of a job file, before it is expanded.</summary>
public sealed record CandidateRequest
{
    /// <summary>Strategies to try; empty means the default set of the catalogue.</summary>
    public ImmutableArray<StrategyRequest> Strategies { get; init; } = [];

    /// <summary>Batch sizes to cross with every strategy that names none of its own.</summary>
    public ImmutableArray<int> BatchSizes { get; init; } = [];

    /// <summary>Run lengths, in epochs, to cross with every strategy.</summary>
    public required ImmutableArray<double> Epochs { get; init; }

    /// <summary>Hyperparameter points per strategy drawn from its search space beside the default one; default 0.</summary>
    public int PointsPerStrategy { get; init; }

    public required long Seed { get; init; }

    /// <summary>Precision and modifiers to cross with every strategy that names none of its own for a key.</summary>
    public ModifierGrid Modifiers { get; init; } = new();

    /// <summary>Ranks and communication to cross with every strategy that names none of its own for a key.</summary>
    public RankGrid Ranks { get; init; } = new();
}

/// <summary>One strategy with fixed values and search spaces.</summary>
public sealed record StrategyRequest
{
    public required string Strategy { get; init; }

    /// <summary>Lists of values by hyperparameter; one value fixes it, several are crossed.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<double>> Values { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<double>>.Empty;

    /// <summary>Ranges by hyperparameter, from which points are drawn quasi-randomly.</summary>
    public ImmutableSortedDictionary<string, SearchRange> Ranges { get; init; } = ImmutableSortedDictionary<string, SearchRange>.Empty;

    public ImmutableArray<int> BatchSizes { get; init; } = [];

    /// <summary>Points drawn from the ranges; default 1 per range given.</summary>
    public int? Points { get; init; }

    public ScheduleKind? Schedule { get; init; }

    public ModifierGrid Modifiers { get; init; } = new();

    public RankGrid Ranks { get; init; } = new();

    /// <summary>Whose checkpoint the candidates begin with; null begins at the initial weights.</summary>
    public ContinuationRequest? Continues { get; init; }
}

/// <summary>Where the candidates of a strategy begin, when that is another candidate's checkpoint.</summary>
public sealed record ContinuationRequest
{
    /// <summary>A candidate's name, or a strategy's for all its candidates that begin at the initial weights.</summary>
    public required string Candidate { get; init; }

    /// <summary>Shares of the run after which they go on from it, above 0 and below 1, crossed with the rest; at least one.</summary>
    public required ImmutableArray<double> After { get; init; }

    /// <summary>Steps over which the learning rate is re-warmed; null takes what the strategies' rule says.</summary>
    public long? RewarmSteps { get; init; }
}

/// <summary>A closed range with its scale.</summary>
public sealed record SearchRange(double Minimum, double Maximum, HyperparameterScale Scale);
