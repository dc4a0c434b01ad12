using AutoSelect.Chaos.Histories;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Checking;

/// <summary>Every job that was taken in is stored and has ended, and all silos say so.</summary>
internal sealed class TerminalRule : Rule
{
    public override string Name => "every accepted job ends";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var answer in evidence.Of(Whats.Submit, EntryKind.Done))
        {
            found.Expect(evidence.ById.ContainsKey(answer.Job!.Value), answer.Job,
                () => $"{answer.Client} was told of it; it is not stored");
        }
        foreach (var job in evidence.Jobs)
        {
            found.Expect(job.Phase.HasEnded() && job.Events is [.., { Change: JobEnded }], job.Id,
                () => $"it is {job.Phase}, its last event is {(job.Events.IsEmpty ? "none" : job.Events[^1].Change.GetType().Name)}");
            var last = job.Events.IsEmpty ? 0 : job.Events[^1].Number;
            found.Expect(job.Version == last, job.Id, () => $"its row is at event {job.Version}, its last event is {last}");
        }
        foreach (var told in evidence.Of(Whats.Describe, EntryKind.Done))
        {
            var stored = evidence.ById.GetValueOrDefault(told.Job!.Value);
            found.Expect(stored is not null && (told.Phase, told.Number) == (stored.Phase, stored.Version), told.Job,
                () => $"{told.Target} says {told.Phase} at event {told.Number}; stored is {stored?.Phase} at event {stored?.Version}");
        }
    }
}
