using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>What simulated devices pretend to train: an exponential approach to a final value per candidate, without noise.</summary>
public sealed class SimulatedTraining
{
    private readonly Dictionary<string, double> finals = [];
    private readonly Dictionary<string, long> divergences = [];

    /// <summary>Steps between evaluations.</summary>
    public long EvaluateEvery { get; init; } = 25;

    /// <summary>Virtual seconds of a step; default 20 ms for every candidate.</summary>
    public Func<Candidate, double> SecondsPerStep { get; init; } = _ => 0.02;

    /// <summary>Figures that every point carries; null for none.</summary>
    public ImmutableSortedDictionary<string, double>? Diagnostics { get; init; }

    public SimulatedTraining Ends(string candidate, double final)
    {
        finals[candidate] = final;
        return this;
    }

    public SimulatedTraining Diverges(string candidate, long step)
    {
        divergences[candidate] = step;
        return this;
    }

    public long? DivergesAt(Candidate candidate) => divergences.TryGetValue(candidate.Name, out var step) ? step : null;

    public CurvePoint Point(Candidate candidate, long step) => new()
    {
        Step = step,
        DeviceSeconds = step * SecondsPerStep(candidate),
        EvaluationSeconds = step / EvaluateEvery * 0.05,
        OverheadSeconds = 0.1,
        Value = finals.GetValueOrDefault(candidate.Name, 0.8) * (1 - Math.Exp(-step / 300.0)),
        TrainingLoss = Math.Exp(-step / 300.0),
        Diagnostics = Diagnostics,
    };
}
