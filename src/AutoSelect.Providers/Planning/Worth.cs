using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What a device of a class would be worth to a job, queue time and start-up reckoned with. Pure.</summary>
/// <param name="Gain">Worth of its use less what it costs, in seconds of the job.</param>
/// <param name="AtMost">For how long to ask for it, start-up included.</param>
/// <param name="Refusal">Why it is not worth asking for; empty where it is.</param>
/// <param name="IsTooLate">True where that is for its time of arrival.</param>
internal sealed record Worth(double Gain, TimeSpan AtMost, string Refusal, bool IsTooLate)
{
    /// <summary>
    /// With w the worth and p the price of a second, u the time of use and s the start-up: the gain is (w − p) u − p s. Paid for is what
    /// the scheduler counts, which begins with the start and not with the queue; the queue shortens the use.
    /// </summary>
    /// <param name="deviceClass">The class.</param>
    /// <param name="want">What the job lacks.</param>
    /// <param name="now">The time.</param>
    /// <param name="queue">Time until it starts.</param>
    /// <param name="startUp">Time from its start, or from now where it has started, until it can train.</param>
    /// <param name="leastUse">Training time below which it is not worth asking for.</param>
    public static Worth Compute(
        DeviceClass deviceClass, DeviceWant want, DateTimeOffset now, TimeSpan queue, TimeSpan startUp, TimeSpan leastUse)
    {
        var longest = deviceClass.Longest - startUp;
        var left = want.UsefulUntil - now - queue - startUp;
        var use = left < longest ? left.Value : longest;
        var gain = (want.Price - deviceClass.Price) * use.TotalSeconds - deviceClass.Price * startUp.TotalSeconds;
        if (left < leastUse) return new(gain, default, TooLate(left.Value, queue, startUp, leastUse), IsTooLate: true);
        if (use < leastUse)
        {
            return new(gain, default, $"it is lent for {Text(deviceClass.Longest)} at most, of which its start takes {Text(startUp)}; "
                + $"at least {Text(leastUse)} of use are asked for", IsTooLate: false);
        }
        return gain > 0 ? new(gain, use + startUp, "", IsTooLate: false)
            : new(gain, default, $"it costs {Wording.Number(deviceClass.Price, 3)} s of the job a second and is worth "
                + $"{Wording.Number(want.Price, 3)}; in {Text(use)} of use after {Text(startUp)} of start-up it would not pay",
                IsTooLate: false);
    }

    private static string TooLate(TimeSpan left, TimeSpan queue, TimeSpan startUp, TimeSpan leastUse) =>
        $"it would be ready in {Text(queue + startUp)} (queue {Text(queue)}, start-up {Text(startUp)}), "
        + (left < TimeSpan.Zero ? $"{Text(-left)} after its work is of no more use" : $"{Text(left)} before its work is of no more use")
        + $"; at least {Text(leastUse)} of use are asked for";

    private static string Text(TimeSpan time) => Wording.Duration(time.TotalSeconds);
}
