using System.Collections.Immutable;
using AutoSelect.Planning.JobFiles;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace AutoSelect.Host.Control.Retention;

/// <summary>What is removed of jobs that have ended, each with its limits.</summary>
internal enum Kept
{
    /// <summary>The folder of checkpoints.</summary>
    Checkpoints,

    /// <summary>The weights of the job's answer: final.*.</summary>
    Weights,

    /// <summary>The job as a whole: its events with curves and decisions, and its folder.</summary>
    Jobs,

    /// <summary>Files of a silo's logs that nobody writes any more.</summary>
    Logs,
}

/// <summary>Limits of one kind; what breaks either goes.</summary>
/// <param name="OlderThan">Time after the end of a job, or the last line of a log; null for no limit.</param>
/// <param name="MoreThan">Bytes that all of them may take together, the oldest going first; null for no limit.</param>
internal sealed record KeepLimits(TimeSpan? OlderThan, long? MoreThan);

/// <summary>How long things are kept, as an operator wrote it; what is not named is kept for good.</summary>
/// <param name="Limits">By kind.</param>
internal sealed record RetentionPolicy(ImmutableDictionary<Kept, KeepLimits> Limits)
{
    /// <summary>One that keeps all.</summary>
    public static RetentionPolicy All { get; } = new(ImmutableDictionary<Kept, KeepLimits>.Empty);

    private const string Form = "such as \"checkpoints: { olderThan: 30d, moreThan: 500GB }\"";

    private static readonly string[] Kinds = [.. Enum.GetNames<Kept>().Select(n => n.ToLowerInvariant())];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RetentionPolicy ReadFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
    }

    /// <param name="text">YAML: a section for each kind with olderThan, moreThan or both.</param>
    /// <exception cref="ArgumentException">It breaks a rule; the message gives the value and the rule.</exception>
    public static RetentionPolicy Parse(string text)
    {
        var limits = ImmutableDictionary.CreateBuilder<Kept, KeepLimits>();
        foreach (var (kind, section) in Sections(text))
        {
            var at = Array.IndexOf(Kinds, kind);
            if (at < 0) throw new ArgumentException($"'{kind}' is no kind: it must be one of {string.Join(", ", Kinds)}.");
            limits[(Kept)at] = Read(kind, section ?? []);
        }
        if (limits.Count == 0) throw new ArgumentException($"It names nothing: it must have at least one section, {Form}.");
        return new RetentionPolicy(limits.ToImmutable());
    }

    private static Dictionary<string, Dictionary<string, string?>?> Sections(string text)
    {
        try
        {
            return new DeserializerBuilder().WithDuplicateKeyChecking().Build()
                .Deserialize<Dictionary<string, Dictionary<string, string?>?>>(text) ?? [];
        }
        catch (YamlException e)
        {
            throw new ArgumentException($"Line {e.Start.Line} cannot be read: it must be a section a kind, {Form} ({e.Message}).", e);
        }
    }

    private static KeepLimits Read(string kind, Dictionary<string, string?> section)
    {
        TimeSpan? age = null;
        long? size = null;
        foreach (var (key, value) in section)
        {
            var shown = $"{kind}.{key} is '{value}'";
            if (key == "olderThan")
                age = Age(value) ?? throw new ArgumentException($"{shown}: {Quantities.DurationRule}, of at most 100 years.");
            else if (key == "moreThan")
                size = Quantities.Bytes(value ?? "") ?? throw new ArgumentException($"{shown}: {Quantities.SizeRule}.");
            else throw new ArgumentException($"'{kind}.{key}' is no limit: it must be olderThan or moreThan.");
        }
        if (age is null && size is null)
            throw new ArgumentException($"{kind} has no limit: it must have olderThan, moreThan or both; leave it out to keep all.");
        return new KeepLimits(age, size);
    }

    private static TimeSpan? Age(string? text) =>
        Quantities.Seconds(text ?? "") is { } seconds and <= 100 * 366 * 86400.0 ? TimeSpan.FromSeconds(seconds) : null;
}
