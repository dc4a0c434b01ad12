using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Chaos.Checking;

/// <summary>The events of a job make a record: none stands on another state than it was made in, and no point counts twice.</summary>
internal sealed class FoldRule : Rule
{
    public override string Name => "events make a record";

    protected override void Look(Evidence evidence, Findings found)
    {
        foreach (var job in evidence.Jobs)
        {
            var fault = Fault(job);
            found.Expect(fault is null, job.Id, () => fault!);
        }
    }

    private static string? Fault(StoredJob job)
    {
        JobRecord? record = null;
        foreach (var e in job.Events)
        {
            if (record?.HasEnded == true) return $"event {e.Number} comes after the end";
            try
            {
                record = JobFold.Apply(record, e);
            }
            catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException or KeyNotFoundException)
            {
                return $"event {e.Number} ({e.Change.GetType().Name}): {fault.Message}";
            }
            if (e.Change is SegmentReported reported && Doubled(record[reported.Trial]) is { } step)
                return $"event {e.Number}: step {step} of {reported.Trial} is measured twice, or after a later one";
        }
        return null;
    }

    private static long? Doubled(Trial trial)
    {
        for (var i = 1; i < trial.Curve.Length; i++)
            if (trial.Curve[i].Step <= trial.Curve[i - 1].Step) return trial.Curve[i].Step;
        return null;
    }
}
