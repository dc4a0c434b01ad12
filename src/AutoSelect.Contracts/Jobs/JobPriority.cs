using System.Globalization;

namespace AutoSelect.Contracts;

/// <summary>How urgent a job is: a whole number from <see cref="Lowest"/> to <see cref="Highest"/>, or a word for one.</summary>
public static class JobPriority
{
    public const int Lowest = 0;
    public const int Low = 2;
    public const int Normal = 5;
    public const int High = 8;
    public const int Highest = 10;

    /// <summary>What a text must be.</summary>
    public const string Rule = "it must be low, normal, high, or a whole number from 0 to 10";

    /// <summary>Reads a word or a number; null where it is neither.</summary>
    public static int? Parse(string text) => text switch
    {
        "low" => Low,
        "normal" => Normal,
        "high" => High,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Highest ? number : null,
    };

    /// <summary>The word of a number that has one, else the number.</summary>
    public static string Text(int priority) => priority switch
    {
        Low => "low",
        Normal => "normal",
        High => "high",
        _ => priority.ToString(CultureInfo.InvariantCulture),
    };
}
