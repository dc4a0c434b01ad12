using AutoSelect.Selection.Policies;


namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>A policy whose decisions are timed.</summary>
internal sealed class TimedPolicy(ISelectionPolicy policy) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public bool RunsTrialsToTheirHorizons => policy.RunsTrialsToTheirHorizons;

    /// <inheritdoc/>
    public DecisionTriggers Triggers => policy.Triggers;

    /// <summary>Processor time of all decisions: other work of the machine does not count.</summary>
    public TimeSpan Spent { get; private set; }

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var started = Environment.CpuUsage.TotalTime;
        var outcome = policy.Decide(input);
        Spent += Environment.CpuUsage.TotalTime - started;
        return outcome;
    }
}
