using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Chaos.Checking;

/// <summary>
/// At no time is more than one candidate committed to, and a job that ended with a model has one commit in force: its answer's.
/// </summary>
internal sealed class CommitRule : Rule
{
    public override string Name => "one commit in force";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var job in evidence.Jobs)
        {
            JobRecord? record = null;
            try
            {
                foreach (var e in job.Events)
                {
                    record = JobFold.Apply(record, e);
                    if (e.Change is not JobDecided) continue;
                    var committed = record.Trials.Where(t => t.State == TrialState.Committed).Select(t => t.Id).ToList();
                    found.Expect(committed.Count <= 1, job.Id,
                        () => $"event {e.Number}: {string.Join(" and ", committed)} are committed to");
                }
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException or KeyNotFoundException)
            {
                // Another rule tells of it.
                continue;
            }
            if (record?.Phase != JobPhase.Completed) continue;
            var (committedTo, answer) = (record.Commit?.Winner, record.Outcome?.Winner);
            found.Expect(committedTo is not null && answer == committedTo, job.Id,
                () => $"it is completed with {Called(answer)}, committed to is {Called(committedTo)}");
        }
    }

    private static string Called(TrialId? trial) => trial?.ToString() ?? "nobody";
}
