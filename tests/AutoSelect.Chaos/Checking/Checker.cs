using System.Collections.Immutable;
using AutoSelect.Selection.History;

namespace AutoSelect.Chaos.Checking;

/// <summary>What one rule found.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Looked">Things that it looked at.</param>
/// <param name="Violations">Those that must not be.</param>
internal sealed record RuleResult(string Rule, int Looked, IReadOnlyList<Violation> Violations);

/// <summary>Judges a run. Pure but for the recordings that decisions learned from.</summary>
internal static class Checker
{
    /// <param name="evidence">Of the run.</param>
    /// <param name="history">What a decision had learned, by the name that it gives.</param>
    public static ImmutableArray<RuleResult> Check(Evidence evidence, Func<string, SelectionHistory> history) =>
    [
        .. ((Rule[])[new TerminalRule(), new CommitRule(), new DeviceRule(), new LossRule(), new NumberRule(), new FencingRule(),
            new VersionRule(), new SubmissionRule(), new SecondsRule(), new FoldRule(), new DecisionRule(history)]).Select(rule =>
        {
            var (looked, violations) = rule.Check(evidence);
            return new RuleResult(rule.Name, looked, violations);
        }),
    ];
}
