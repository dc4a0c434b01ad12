using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains.Tests;

/// <summary>A policy that throws a number of times, and that a test can hold while it computes.</summary>
internal sealed class FaultyPolicy(ISelectionPolicy policy) : ISelectionPolicy
{
    private int calls;

    /// <summary>Called with the input and the number of the call, from 1 on, on the thread that computes.</summary>
    public Action<SelectionInput, int> Before { get; set; } = (_, _) => { };

    /// <summary>How often it was asked.</summary>
    public int Calls => calls;

    public string Name => policy.Name;
    public bool RunsTrialsToTheirHorizons => policy.RunsTrialsToTheirHorizons;
    public DecisionTriggers Triggers => policy.Triggers;
    public int Version => policy.Version;

    public SelectionOutcome Decide(SelectionInput input)
    {
        Before(input, Interlocked.Increment(ref calls));
        return policy.Decide(input);
    }
}
