using AutoSelect.Contracts;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Reads <c>objective</c>: one of fastest_to, best_by and tradeoff, and a deadline where one may stand.</summary>
internal static class ObjectiveReader
{
    public const string Kinds = "fastest_to: a value, best_by: a duration, tradeoff: { gain, worth }";

    public static JobGoal? Read(YamlValue? value)
    {
        if (value?.Section(JobFileKeys.Objective) is not { } section) return null;
        YamlValue[] given = [.. new[] { section["fastest_to"], section["best_by"], section["tradeoff"] }.OfType<YamlValue>()];
        if (given.Length != 1)
        {
            value.Fail($"objective has {given.Length} of fastest_to, best_by and tradeoff: it must have one. Give one of {Kinds}.");
        }
        var target = section["fastest_to"]?.Number("a finite number in the unit of the workload's metric", _ => true);
        var bestBy = section["best_by"]?.Duration();
        var tradeoff = section["tradeoff"] is { } exchange ? ReadTradeoff(exchange) : null;
        var deadline = section["deadline"]?.Duration();
        if (section["best_by"] is not null && section["deadline"] is { } surplus)
        {
            surplus.Fail("objective.deadline stands beside best_by, which is the deadline: leave one out.");
        }
        if (given.Length != 1) return null;
        return target is not null ? new JobGoal(ObjectiveKind.FastestTo, target, deadline, null)
            : bestBy is not null ? new JobGoal(ObjectiveKind.BestBy, null, bestBy, null)
            : tradeoff is var (gain, worth) ? new JobGoal(ObjectiveKind.Tradeoff, null, deadline, worth / gain, gain)
            : null;
    }

    /// <summary>"This much gain is worth this much time", in seconds.</summary>
    private static (double Gain, double Worth)? ReadTradeoff(YamlValue value)
    {
        if (value.Section(JobFileKeys.Tradeoff) is not { } section) return null;
        var gain = section.Required("gain", "give an improvement of the metric, such as 0.01")
            ?.Number("a number above 0: an improvement of the metric", g => g > 0);
        var worth = section.Required("worth", "give the time that the gain is worth, such as 5m")?.Duration();
        return gain is { } units && worth is { } seconds ? (units, seconds) : null;
    }
}
