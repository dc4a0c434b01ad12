using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>
/// What to borrow and what to give back. Pure: the same facts give the same moves, and a plan that was carried out asks for nothing more
/// until the facts change. A device in use is never taken from its job; its end is the scheduler's.
/// </summary>
public static class BorrowingPlan
{
    public static BorrowingMoves Make(BorrowingOptions options, BorrowingFacts facts)
    {
        var releases = ImmutableArray.CreateBuilder<ReleaseMove>();
        var supply = new Supply(options, facts);
        foreach (var device in facts.Borrowed.Where(d => d.Stage is BorrowStage.Queued or BorrowStage.Starting or BorrowStage.Idle))
        {
            if (Overdue(options, device, facts.Now) is { } release) releases.Add(release);
            else supply.Add(device);
        }
        var requests = new Requests(options, facts);
        // What is on its way serves one want only; those that offer most come first, as in the pool.
        foreach (var want in facts.Wants.OrderByDescending(w => w.Price)) requests.Add(want, want.Missing - supply.Take(want));
        releases.AddRange(supply.Left.Select(d => Surplus(options, d, facts.Now, supply)).OfType<ReleaseMove>());
        return new BorrowingMoves(requests.Moves, releases.ToImmutable(), requests.Refusals);
    }

    /// <summary>What goes back whoever wants it: a device that was there to be granted and was not will not be.</summary>
    private static ReleaseMove? Overdue(BorrowingOptions options, BorrowedDevice device, DateTimeOffset now)
    {
        var age = now - device.Since;
        return device.Stage switch
        {
            BorrowStage.Idle when age >= options.IdleTime =>
                new(device.Label, ReleaseCause.Idle, $"nobody has used it for {Text(age)}; it is kept for {Text(options.IdleTime)}"),
            BorrowStage.Starting when age >= device.Class.StartUp + options.IdleTime => new(device.Label, ReleaseCause.NeverCame,
                $"it has not registered {Text(age)} after its start, which should take {Text(device.Class.StartUp)}"),
            _ => null,
        };
    }

    private static ReleaseMove? Surplus(BorrowingOptions options, BorrowedDevice device, DateTimeOffset now, Supply supply) =>
        device.Stage switch
        {
            BorrowStage.Queued when supply.WhyTooLate(device.Label) is { } why => new(device.Label, ReleaseCause.TooLate, why),
            BorrowStage.Queued => new(device.Label, ReleaseCause.Unwanted, "nobody wants it any more"),
            // One that will be there in a moment is kept as one that is there, and for as long.
            BorrowStage.Starting when now - device.Since >= options.IdleTime =>
                new(device.Label, ReleaseCause.Unwanted, "nobody wants it any more"),
            _ => null,
        };

    private static string Text(TimeSpan time) => Wording.Duration(time.TotalSeconds);
}
