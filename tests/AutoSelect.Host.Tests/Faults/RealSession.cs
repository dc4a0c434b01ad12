using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>A control session of this process over real device processes.</summary>
internal static class RealSession
{
    /// <summary>
    /// A device that ends is known by its process; one that a busy machine holds up for long is to be taken for lost by no test.
    /// </summary>
    public static LeaseOptions Patient { get; } = new() { Lease = TimeSpan.FromMinutes(2) };

    public static Task<IControlSession> Open(string store, int devices) => new ControlFactory(TimeProvider.System).Open(
        new ControlOptions(store, devices) { Leases = Patient }, CancellationToken.None);

    /// <summary>The first record that fulfils a condition; the deadline only bounds a failing test.</summary>
    public static async Task<JobRecord> Until(this IControlSession session, JobId job, Func<JobRecord, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        JobRecord? last = null;
        await foreach (var update in session.Follow(job, patience.Token))
        {
            last = update.Record;
            if (condition(last)) return last;
        }
        Assert.Fail(
            $"The job ended as {last!.Phase} before that: {last.Outcome?.Summary} {last.Notice} "
            + $"{string.Join(", ", last.Trials.Select(t => $"{t.Id} {t.State} {t.Reason}"))}");
        return last;
    }

    public static Task<JobRecord> UntilEnded(this IControlSession session, JobId job) =>
        session.Until(job, r => r.HasEnded);

    /// <summary>Process ids of the device processes that train now.</summary>
    public static IEnumerable<int> TrainingProcesses(this JobRecord record) => record.Trials
        .Where(t => t.Segments is [.., { EndedAt: null }])
        .Select(t => record.Devices.First(d => d.Id == t.Segments[^1].Device).ProcessId);
}
