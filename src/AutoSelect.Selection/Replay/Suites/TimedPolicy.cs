using System.Diagnostics;

namespace AutoSelect.Selection;

/// <summary>A policy whose decisions are timed.</summary>
internal sealed class TimedPolicy(ISelectionPolicy policy) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public bool RunsTrialsToTheirHorizons => policy.RunsTrialsToTheirHorizons;

    /// <inheritdoc/>
    public bool DecidesWhenADeviceIsFree => policy.DecidesWhenADeviceIsFree;

    /// <summary>Real time of all decisions.</summary>
    public TimeSpan Spent { get; private set; }

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = policy.Decide(input);
        Spent += Stopwatch.GetElapsedTime(started);
        return outcome;
    }
}
