using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Campaigns.Replay;

/// <summary>
/// The best value that a search had measured by so many of its device seconds. A value counts from when it was measured, however much
/// later it was reported: by then every device had been charged that trained or evaluated at that time.
/// </summary>
internal sealed class SearchCourse
{
    private readonly List<BestByThen> course = [];
    private Direction direction;

    /// <summary>Device seconds of the whole search.</summary>
    public double DeviceSeconds { get; private set; }

    /// <summary>The best value of all.</summary>
    /// <exception cref="InvalidOperationException">Nothing was measured.</exception>
    public double Best => course.Count > 0 ? course[^1].Value : throw new InvalidOperationException("The search has measured nothing.");

    /// <summary>Device seconds after which it had its best value.</summary>
    public double SecondsToBest => course[^1].DeviceSeconds;

    /// <summary>Device seconds after which it had a value as good; null where it never did.</summary>
    public double? SecondsTo(double value) => course.FirstOrDefault(c => !IsBetter(value, c.Value))?.DeviceSeconds;

    /// <summary>Goes on with another job.</summary>
    /// <param name="events">All of it: of a simulated job, whose devices are charged nothing before they train.</param>
    public void Add(IEnumerable<JobEvent> events)
    {
        JobRecord? job = null;
        var measured = new List<(double At, double Value)>();
        foreach (var e in events)
        {
            job = JobFold.Apply(job, e);
            if (e.Change is not SegmentReported { Points: { IsDefaultOrEmpty: false } points } reported) continue;
            var trial = job[reported.Trial];
            measured.AddRange(points.Select(p => (TimeOf(p, trial), p.Deliverable(job.Spec.Objective.Direction))));
        }
        if (job is null) return;
        direction = job.Spec.Objective.Direction;
        foreach (var (at, value) in measured.Where(m => double.IsFinite(m.Value)).OrderBy(m => m.At))
            if (course.Count == 0 || IsBetter(value, course[^1].Value))
                course.Add(new BestByThen(DeviceSeconds + ChargedBy(job, at), value));
        DeviceSeconds += job.ChargedSeconds;
    }

    /// <summary>When a point of a trial's newest segment was measured, on the job's clock.</summary>
    private static double TimeOf(CurvePoint point, Trial trial)
    {
        var before = trial.Segments.SkipLast(1).Sum(s => s.DeviceSeconds + s.EvaluationSeconds);
        return trial.Segments[^1].StartedAt + Math.Max(0, point.DeviceSeconds + point.EvaluationSeconds - before);
    }

    /// <summary>What a job that is over had been charged by a time of its clock.</summary>
    private static double ChargedBy(JobRecord job, double at) =>
        job.Trials.SelectMany(t => t.Segments).Sum(s => s.Devices * Math.Clamp(at - s.StartedAt, 0, s.Seconds));

    private bool IsBetter(double a, double b) => direction == Direction.Maximize ? a > b : a < b;
}
