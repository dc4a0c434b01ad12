using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Checking;

/// <summary>
/// Events have the numbers from 1 on, stored and as every reader saw them, however often it was cut off; and what a reader saw is what is
/// stored.
/// </summary>
internal sealed class NumberRule : Rule
{
    public override string Name => "no event twice, missing or changed";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var job in evidence.Jobs)
        {
            for (var i = 0; i < job.Events.Length; i++)
            {
                var (number, expected) = (job.Events[i].Number, i + 1);
                found.Expect(number == expected, job.Id, () => $"event {number} is stored where {expected} belongs");
            }
        }
        foreach (var reading in evidence.Of(Whats.Event, EntryKind.Done).GroupBy(e => (e.Client, e.Operation, e.Job)))
        {
            var digests = evidence.ById.GetValueOrDefault(reading.Key.Job!.Value)?.Events
                .GroupBy(e => e.Number).ToDictionary(g => g.Key, g => EventDigest.Of(g.First())) ?? [];
            var expected = 0L;
            foreach (var seen in reading)
            {
                expected++;
                var next = expected;
                found.Expect(seen.Number == next, reading.Key.Client,
                    () => $"{seen.Job}: read event {seen.Number} where {next} is next");
                expected = seen.Number!.Value;
                found.Expect(digests.GetValueOrDefault(expected) == seen.Digest, reading.Key.Client,
                    () => $"{seen.Job}: event {seen.Number} was read from {seen.Target} and is not stored so");
            }
        }
    }
}
