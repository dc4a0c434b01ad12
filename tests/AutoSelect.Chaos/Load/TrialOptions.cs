using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Runs;

namespace AutoSelect.Chaos.Load;

/// <summary>How many trials are taken through in turns by AutoSelect and by Optuna.</summary>
internal sealed record TrialOptions
{
    /// <summary>Jobs, or studies.</summary>
    public required int Jobs { get; init; }

    /// <summary>Trials of each.</summary>
    public required int Trials { get; init; }

    /// <summary>Answered reports of each trial.</summary>
    public required int Reports { get; init; }

    /// <summary>Who ask for trials at once.</summary>
    public required int Workers { get; init; }

    /// <summary>Times that all are run, one after the other.</summary>
    public required int Rounds { get; init; }

    /// <summary>Whether Optuna is left out, as where two builds are compared.</summary>
    public required bool IsAlone { get; init; }

    /// <summary>Of the order within each round, and of Optuna's samplers.</summary>
    public required int Seed { get; init; }
    public required ChaosPaths Paths { get; init; }

    public static TrialOptions Parse(string[] words)
    {
        var arguments = new Arguments(words);
        return new TrialOptions
        {
            Jobs = arguments.Integer("jobs", 10, least: 1),
            Trials = arguments.Integer("trials", 100, least: 1),
            Reports = arguments.Integer("reports", 50, least: 1),
            Workers = arguments.Integer("workers", 8, least: 1),
            Rounds = arguments.Integer("rounds", 3, least: 1),
            IsAlone = arguments.Has("alone"),
            Seed = arguments.Integer("seed", 1),
            Paths = RunOptions.PathsIn(arguments),
        };
    }
}
