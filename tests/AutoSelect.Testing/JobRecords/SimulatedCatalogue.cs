using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>Candidates that look like those of a small image workload.</summary>
internal static class SimulatedCatalogue
{
    public const string Baseline = "nadamw-b256";

    public static ImmutableArray<SimulatedCandidate> Twelve { get; } =
    [
        Make("sgd-b128", "sgd", 128, 0.1, 0.893, 0.30, 0.0070),
        Make("sgd-b128-hot", "sgd", 128, 0.8, 0.860, 0.42, 0.0070) with { DivergesAt = 0.2 },
        Make("sgd-b512", "sgd", 512, 0.4, 0.888, 0.55, 0.0240),
        Make(Baseline, "nadamw", 256, 0.002, 0.902, 0.16, 0.0150),
        Make("nadamw-b256-low", "nadamw", 256, 0.0005, 0.890, 0.45, 0.0150),
        Make("nadamw-b512", "nadamw", 512, 0.0028, 0.899, 0.26, 0.0265),
        Make("nadamw-b512-high", "nadamw", 512, 0.01, 0.880, 0.33, 0.0265),
        Make("schedule-free-b256", "schedule-free-adamw", 256, 0.003, 0.903, 0.165, 0.0155),
        Make("schedule-free-b512", "schedule-free-adamw", 512, 0.004, 0.900, 0.23, 0.0270),
        Make("kfac-b256", "kfac", 256, 0.02, 0.904, 0.115, 0.0225),
        Make("kfac-b512", "kfac", 512, 0.03, 0.906, 0.11, 0.0340),
        Make("kfac-b512-low", "kfac", 512, 0.008, 0.897, 0.21, 0.0340),
    ];

    /// <summary>Any number of candidates around the twelve.</summary>
    public static ImmutableArray<SimulatedCandidate> Many(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var like = Twelve[i % Twelve.Length];
            if (i < Twelve.Length) return like;
            return like with
            {
                Candidate = like.Candidate with { Name = $"{like.Candidate.Name}-{i}" },
                Asymptote = like.Asymptote - 0.002 - 0.02 * Math.Abs(Noise.Normal(i, 9, 0)),
                HalfLife = like.HalfLife * (1.05 + 0.3 * Math.Abs(Noise.Normal(i, 8, 0))),
            };
        }),
    ];

    private static SimulatedCandidate Make(
        string name, string strategy, int batch, double rate, double asymptote, double halfLife, double stepSeconds)
    {
        var hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", rate);
        hyperparameters = strategy switch
        {
            "sgd" => hyperparameters.Add("momentum", 0.9).Add("weightDecay", 0.0005),
            "kfac" => hyperparameters.Add("damping", 0.03).Add("inverseInterval", 20),
            _ => hyperparameters.Add("beta1", 0.9).Add("beta2", 0.99).Add("weightDecay", 0.02),
        };
        var schedule = strategy == "schedule-free-adamw" ? ScheduleKind.Constant : ScheduleKind.Cosine;
        return new SimulatedCandidate(new Candidate
        {
            Name = name,
            Strategy = strategy,
            Hyperparameters = hyperparameters,
            BatchSize = batch,
            Seed = 1,
            Schedule = new LearningRateSchedule { Kind = schedule, HorizonEpochs = 12 },
        }, asymptote, 3 * halfLife, stepSeconds);
    }
}
