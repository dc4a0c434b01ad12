using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Replay;

/// <summary>A policy whose last outcome can be looked at.</summary>
internal sealed class RecordingPolicy(ISelectionPolicy policy) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => policy.Name;

    /// <inheritdoc/>
    public bool RunsTrialsToTheirHorizons => policy.RunsTrialsToTheirHorizons;

    /// <inheritdoc/>
    public DecisionTriggers Triggers => policy.Triggers;

    /// <inheritdoc/>
    public bool InsuresBaseline => policy.InsuresBaseline;

    /// <inheritdoc/>
    public int Version => policy.Version;

    public SelectionOutcome? Last { get; private set; }

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input) => Last = policy.Decide(input);
}
