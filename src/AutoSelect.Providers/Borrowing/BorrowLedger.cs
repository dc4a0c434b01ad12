using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>
/// What a borrower has seen of its requests. A cache of what the scheduler holds under their labels: after a crash it is filled anew from
/// there, and only times of idleness begin again.
/// </summary>
internal sealed class BorrowLedger
{
    /// <summary>A request that the scheduler does not list by then never reached it.</summary>
    public static readonly TimeSpan Unlisted = TimeSpan.FromSeconds(30);

    /// <summary>One that still runs by then after it was given back is given back again.</summary>
    public static readonly TimeSpan ReleaseAge = TimeSpan.FromSeconds(60);

    private readonly Dictionary<BorrowLabel, Entry> entries = [];

    /// <summary>Takes note of a request that was sent, whether or not an answer came.</summary>
    public void Asked(BorrowLabel label, DeviceClass deviceClass, DateTimeOffset now) =>
        entries[label] = new Entry(deviceClass) { AskedAt = now };

    /// <summary>Takes a request out that the scheduler has refused.</summary>
    public void Refused(BorrowLabel label) => entries.Remove(label);

    /// <summary>Takes note of one that the scheduler was told to end.</summary>
    public void Released(BorrowLabel label, DateTimeOffset now) => entries[label].ReleasedAt = now;

    /// <summary>Takes note of what the scheduler lists.</summary>
    /// <returns>What is gone, was put back into the queue or was given notice since the time before, each once.</returns>
    public IReadOnlyList<LostDevice> See(
        IReadOnlyList<DeviceObservation> observed, IReadOnlyDictionary<string, ClassHistory> classes, DateTimeOffset now)
    {
        var lost = new List<LostDevice>();
        foreach (var seen in observed)
        {
            if (!classes.TryGetValue(seen.Class, out var history)) continue;
            // What ended before it was ever seen alive has nothing that could be lost.
            if (!entries.TryGetValue(seen.Label, out var entry))
            {
                if (seen.State == BorrowState.Gone) continue;
                entries[seen.Label] = entry = new Entry(history.Class) { AskedAt = seen.Submitted ?? now };
            }
            if (entry.See(seen, history, now) is { } loss) lost.Add(loss);
            if (seen.State == BorrowState.Gone) entries.Remove(seen.Label);
        }
        var listed = observed.Select(o => o.Label).ToHashSet();
        foreach (var (label, entry) in entries.Where(e => !listed.Contains(e.Key)).ToArray())
        {
            if (entry.Seen is null && now - entry.AskedAt < Unlisted) continue;
            entries.Remove(label);
            if (entry.Seen is null) continue;
            var reason = entry.ReleasedAt is null ? EndReason.Unknown : EndReason.Released;
            lost.Add(new LostDevice(label, entry.Class.Name, BorrowState.Gone, reason, "the scheduler does not list it any more"));
        }
        return lost;
    }

    /// <summary>How far each is, by label.</summary>
    public IEnumerable<BorrowedDevice> Devices(
        IReadOnlyDictionary<DeviceId, DeviceStatus> registered, IReadOnlyDictionary<string, ClassHistory> classes, DateTimeOffset now)
    {
        foreach (var (label, entry) in entries.OrderBy(e => e.Key.Request, StringComparer.Ordinal))
            yield return entry.Device(label, registered.GetValueOrDefault(label.Device), classes[entry.Class.Name], now);
    }

    private sealed class Entry(DeviceClass deviceClass)
    {
        private bool isRegistered;
        private DateTimeOffset? idleSince;
        private DateTimeOffset? runsSince;

        public DeviceClass Class => deviceClass;

        public required DateTimeOffset AskedAt { get; init; }

        public DeviceObservation? Seen { get; private set; }

        public DateTimeOffset? ReleasedAt { get; set; }

        public LostDevice? See(DeviceObservation seen, ClassHistory history, DateTimeOffset now)
        {
            var before = Seen;
            Seen = seen;
            // A job that was suspended, or put back into the queue, is preempted as one that was ended.
            var requeued = before is not null && seen.State != BorrowState.Gone
                && (seen.Restarts > before.Restarts || seen.State == BorrowState.Queued && HasStarted(before));
            var isLost = requeued || seen.State == BorrowState.Gone;
            if (isLost && !requeued && seen.Reason == EndReason.Failed && !isRegistered) history.Failed(seen.Detail, now);
            if (isLost) (isRegistered, idleSince, runsSince) = (false, null, null);
            if (HasStarted(seen) && runsSince is null)
            {
                // The scheduler's clock may be ahead.
                runsSince = seen.Start < now ? seen.Start : now;
                if (before is not null) history.Started(runsSince.Value - (before.Submitted ?? AskedAt));
            }
            return isLost || HasNotice(seen) && !HasNotice(before)
                ? new LostDevice(seen.Label, Class.Name, seen.State, requeued ? EndReason.Preempted : seen.Reason, seen.Detail) : null;
        }

        public BorrowedDevice Device(BorrowLabel label, DeviceStatus? status, ClassHistory history, DateTimeOffset now)
        {
            if (Seen?.State == BorrowState.Ending || now - ReleasedAt < ReleaseAge)
                return new BorrowedDevice(label, Class, BorrowStage.Ending, ReleasedAt ?? now);
            if (Seen is null or { State: BorrowState.Queued })
                return new BorrowedDevice(label, Class, BorrowStage.Queued, AskedAt, Seen?.Start);
            if (status is not null)
            {
                if (!isRegistered) history.CameUp();
                isRegistered = true;
            }
            // One that has left the pool while its process runs is of no use to anybody either.
            if (!isRegistered) return new BorrowedDevice(label, Class, BorrowStage.Starting, runsSince ?? now);
            if (status?.Lease is not null) idleSince = null;
            else idleSince ??= now;
            return new BorrowedDevice(label, Class, idleSince is null ? BorrowStage.InUse : BorrowStage.Idle, idleSince ?? now);
        }

        private static bool HasNotice(DeviceObservation? seen) => seen is { State: BorrowState.Ending, Reason: EndReason.Preempted };

        private static bool HasStarted(DeviceObservation? seen) => seen?.State is BorrowState.Starting or BorrowState.Running;
    }
}
