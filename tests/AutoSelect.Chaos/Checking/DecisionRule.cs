using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Chaos.Checking;

/// <summary>Every stored decision comes out bit for bit when it is computed again from the events before it.</summary>
/// <param name="history">What a decision had learned, by the name that it gives.</param>
internal sealed class DecisionRule(Func<string, SelectionHistory> history) : Rule
{
    public override string Name => "decisions can be computed again";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var job in evidence.Jobs)
        {
            try
            {
                foreach (var decision in DecisionVerification.Verify(job.Events, history, PolicyCatalogue.Get))
                {
                    found.Expect(decision.IsEqual, job.Id,
                        () => $"decision {decision.Rung} of event {decision.Event}: {decision.Difference}");
                }
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException or KeyNotFoundException)
            {
                // Another rule tells of events that make no record.
            }
        }
    }
}
