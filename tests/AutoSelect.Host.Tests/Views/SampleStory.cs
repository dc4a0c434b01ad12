using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Tests;

/// <summary>Events of a job from its first one on, and the record that they make.</summary>
internal sealed record SampleStory(ImmutableArray<JobEvent> Events)
{
    public JobRecord Record => JobFold.FromEvents(Events)!;

    public static implicit operator JobRecord(SampleStory story) => story.Record;

    /// <summary>The story with more that happened at one time of the job's clock.</summary>
    public SampleStory Then(double at, params IEnumerable<JobChange> changes)
    {
        var start = Events.IsEmpty ? SampleJob.StartedAt : Events[0].Time;
        return new([.. Events, .. changes.Select((change, i) => new JobEvent(Events.Length + 1 + i, start.AddSeconds(at), at, change))]);
    }

    /// <summary>The same with another folder.</summary>
    public SampleStory In(string folder) =>
        new([Events[0] with { Change = (JobSubmitted)Events[0].Change with { Folder = folder } }, .. Events.Skip(1)]);

    /// <summary>What a follower is told who knows the events up to a number.</summary>
    public JobUpdate Since(long number) => new(Record, [.. Events.Where(e => e.Number > number)]);

    /// <summary>The stories as a follower is told them, each one a longer beginning of the same job.</summary>
    public static IEnumerable<JobUpdate> Updates(IEnumerable<SampleStory> stories)
    {
        var known = 0;
        foreach (var story in stories)
        {
            yield return story.Since(known);
            known = story.Events.Length;
        }
    }
}
