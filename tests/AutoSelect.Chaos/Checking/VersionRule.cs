using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Checking;

/// <summary>Who knows less of a job than is stored writes nothing to it.</summary>
internal sealed class VersionRule : Rule
{
    public override string Name => "who is behind stores nothing";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var write in evidence.Histories.Where(e => e is { What: Whats.Write, Kind: EntryKind.Done or EntryKind.Refused }))
        {
            found.Expect(write.Kind == EntryKind.Refused, write.Job!,
                () => $"somebody who knew it at event {write.Number} has written to it when it was further");
        }
    }
}
