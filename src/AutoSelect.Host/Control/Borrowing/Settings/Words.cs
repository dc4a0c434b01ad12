using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>The kinds of value in a providers file, with their rules.</summary>
internal static class Words
{
    public const string ControlRule = "it must be 1 to 16 lower-case letters and digits";
    public const string NameRule = "it must be 1 to 30 lower-case letters, digits and dashes, without a dash at its ends";
    public const string PathRule = "it must be an absolute path";

    /// <summary>Text that keeps to a rule; null where it is not given or does not.</summary>
    public static string? Matching(YamlValue? value, Func<string, bool> isAllowed, string rule)
    {
        if (value?.Text() is not { } text) return null;
        if (isAllowed(text)) return text;
        value.Refuse(rule);
        return null;
    }

    public static string? Name(YamlValue? value) => Matching(value, t => t.Length is >= 1 and <= 30
        && t.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && t[0] != '-' && t[^1] != '-', NameRule);

    public static string? Path(YamlValue? value) =>
        Matching(value, t => t[0] == '/' && !t.Contains('\0', StringComparison.Ordinal), PathRule);

    public static bool? Flag(YamlValue? value) => value?.OneOf("true", "false") is { } word ? word == "true" : null;

    public static TimeSpan? Time(YamlValue? value) => value?.Duration() is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>A section of names and texts.</summary>
    public static ImmutableSortedDictionary<string, string> Pairs(YamlValue? value, string rule)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in value?.Entries(rule) ?? []) if (text.Text() is { } known) pairs[key] = known;
        return pairs.ToImmutable();
    }

    /// <summary>Which scheduler a provider asks, as far as the settings tell.</summary>
    public static string Scheduler(ProviderSettings settings) => settings switch
    {
        KubernetesSettings k => $"kubernetes {k.Kubeconfig} {k.Context} {k.Namespace}",
        SlurmSettings s => $"slurm {s.Configuration}",
        _ => settings.Name,
    };

    public static string Text(TimeSpan time) => Wording.Duration(time.TotalSeconds);
}
