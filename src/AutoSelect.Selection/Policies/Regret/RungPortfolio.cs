using System.Collections.Immutable;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>Which trials share the next rung, what each adds and what the rung costs, in the objective's unit.</summary>
/// <param name="Chosen">In the order in which they get devices; the front-runner first.</param>
/// <param name="Gains">Expected loss that each chosen trial takes off the trials before it.</param>
/// <param name="SliceSeconds">Device seconds of a slice.</param>
/// <param name="LoserSeconds">Device seconds of all chosen but the front-runner.</param>
internal sealed record RungPortfolio(
    ImmutableArray<TrialView> Chosen, ImmutableArray<double> Gains, double SliceSeconds, double LoserSeconds, double Cost);
