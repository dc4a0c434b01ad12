using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>
/// Reads <c>modifiers</c>, of the job or of one of its candidates: for each key a value or a list of values, <c>none</c> for off.
/// </summary>
internal static class ModifiersReader
{
    private const string Off = "none";

    public static ModifierGrid Read(YamlValue? value)
    {
        if (value?.Section(JobFileKeys.Modifiers) is not { } section) return new ModifierGrid();
        ImmutableArray<double?> Numbers(string key, string rule, Func<double, bool> isAllowed) =>
            Values<double?>(
                section[key], item => IsOff(item) ? (true, null) : item.Number(rule, isAllowed) is { } n ? (true, n) : (false, null));
        const string Positive = "none or a number above 0";
        return new ModifierGrid
        {
            Precision = Values(section["precision"], item => item.OneOf("fp32", "bf16") is { } word ? (true, word) : (false, "")),
            MicroBatch = Values<int?>(section["microBatch"],
                item => IsOff(item) ? (true, null) : item.Integer(1, int.MaxValue) is { } n ? (true, (int)n) : (false, null)),
            ClipNorm = Numbers("clipNorm", Positive, n => n > 0),
            Averaging = Values(
                section["averaging"], item => item.OneOf("polynomial", "off", "gpa") is { } word
                    ? (true, Enum.Parse<WeightAveraging>(word, ignoreCase: true))
                    : (false, default)),
            Cautious = Values(
                section["cautious"], item => item.OneOf("true", "false") is { } word ? (true, word == "true") : (false, false)),
            Mixup = Numbers("mixup", Positive, n => n > 0),
            LabelSmoothing = Numbers("labelSmoothing", "none or a number above 0 and below 1", n => n is > 0 and < 1),
            Perturbation = Numbers("perturbation", Positive, n => n > 0),
            Sam = Numbers("sam", Positive, n => n > 0),
        };
    }

    private static bool IsOff(YamlValue item) => item.IsScalar && item.Node.ToString() == Off;

    private static ImmutableArray<T> Values<T>(YamlValue? value, Func<YamlValue, (bool IsGood, T Value)> read)
    {
        if (value is null) return [];
        var all = ImmutableArray.CreateBuilder<T>();
        foreach (var item in value.Items())
        {
            var (isGood, one) = read(item);
            if (!isGood) continue;
            if (all.Contains(one)) item.Refuse("it stands in the list already");
            else all.Add(one);
        }
        return all.ToImmutable();
    }
}
