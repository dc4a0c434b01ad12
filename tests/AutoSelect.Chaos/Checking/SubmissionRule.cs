using AutoSelect.Chaos.Histories;

namespace AutoSelect.Chaos.Checking;

/// <summary>Submissions under one id of the submitter's own are one job.</summary>
internal sealed class SubmissionRule : Rule
{
    public override string Name => "one id, one job";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var key in evidence.Of(Whats.Submit, EntryKind.Done).GroupBy(e => (e.Client, e.Key)))
        {
            var jobs = key.Select(e => e.Job!.Value).Distinct().ToList();
            found.Expect(jobs.Count == 1, key.Key.Key!, () => $"answered with {string.Join(" and ", jobs)}");
        }
        foreach (var key in evidence.Jobs.Where(j => j.Key is not null).GroupBy(j => j.Key))
            found.Expect(key.Count() == 1, key.Key!, () => $"stored as {string.Join(" and ", key.Select(j => j.Id))}");
        foreach (var (submission, job) in evidence.Submissions)
        {
            var stored = evidence.ById.GetValueOrDefault(job);
            found.Expect(stored?.Key is { } key && submission.EndsWith("/" + key, StringComparison.Ordinal), submission,
                () => $"the store has job {job} for it, which {(stored is null ? "is not there" : $"was submitted as {stored.Key}")}");
        }
    }
}
