using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Campaigns.Replay;

/// <summary>The best value that a search had measured by so many of its device seconds.</summary>
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
    /// <param name="events">All of it.</param>
    public void Add(IEnumerable<JobEvent> events)
    {
        JobRecord? job = null;
        foreach (var e in events)
        {
            job = JobFold.Apply(job, e);
            direction = job.Spec.Objective.Direction;
            if (e.Change is not SegmentReported { Points: var points }) continue;
            foreach (var value in points.Select(p => p.Deliverable(direction)).Where(double.IsFinite))
                if (course.Count == 0 || IsBetter(value, course[^1].Value))
                    course.Add(new BestByThen(DeviceSeconds + job.ChargedSeconds, value));
        }
        DeviceSeconds += job?.ChargedSeconds ?? 0;
    }

    private bool IsBetter(double a, double b) => direction == Direction.Maximize ? a > b : a < b;
}
