using System.Collections.Immutable;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Providers;

namespace AutoSelect.Host.Control.Borrowing.Settings;

/// <summary>
/// Reads a providers file (YAML, or the same as JSON) into settings, or into all its errors at once, each with its line. The format is
/// described in examples/providers.yaml.
/// </summary>
internal static class ProvidersFile
{
    /// <summary>What could be read.</summary>
    /// <param name="Settings">Null where a rule is broken.</param>
    /// <param name="Errors">All of them, in order of line.</param>
    public sealed record Reading(BorrowingSettings? Settings, IReadOnlyList<JobFileError> Errors);

    /// <summary>Reads the file of a path.</summary>
    /// <exception cref="ArgumentException">It cannot be read or breaks rules; the message has one line an error.</exception>
    public static BorrowingSettings ReadFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ArgumentException($"{path}: no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"{path}: {e.Message}", e);
        }
        var reading = Read(text, path);
        return reading.Settings ?? throw new ArgumentException(string.Join(Environment.NewLine, reading.Errors));
    }

    /// <param name="text">The content.</param>
    /// <param name="file">What errors call it.</param>
    public static Reading Read(string text, string file)
    {
        var errors = new JobFileErrors(file) { Kind = "a providers file" };
        if (YamlFile.Load(text, errors, "control and providers")?.Section(ProvidersFileKeys.Root) is not { } root)
            return new Reading(null, errors.All);
        var control = Words.Matching(
            root.Required("control", $"{Words.ControlRule}, which names this control side among all that borrow from one scheduler"),
            t => BorrowLabel.TryParse($"autoselect-{t}-x", out _), Words.ControlRule);
        var limits = ReadLimits(root["limits"]);
        var every = Words.Time(root["every"]) ?? TimeSpan.FromSeconds(5);
        var servers = ReadServers(root["servers"]);
        var providers = (root.Required("providers", "list at least one provider")?.Items() ?? [])
            .Select(item => (Item: item, Settings: ProviderReader.Read(item))).ToList();
        CheckNames(providers);
        CheckTimes(providers, limits);
        return new Reading(errors.Any ? null : new BorrowingSettings
        {
            Control = new ControlId(control!),
            Limits = limits,
            Every = every,
            Servers = servers,
            Providers = [.. providers.Select(p => p.Settings!)],
        }, errors.All);
    }

    private static BorrowingOptions ReadLimits(YamlValue? value)
    {
        var fallback = new BorrowingOptions();
        return value?.Section(ProvidersFileKeys.Limits) is not { } section ? fallback : new BorrowingOptions
        {
            Most = (int?)section["devices"]?.Integer(0, int.MaxValue) ?? fallback.Most,
            IdleTime = Words.Time(section["idle"]) ?? fallback.IdleTime,
            LeastUse = Words.Time(section["leastUse"]) ?? fallback.LeastUse,
        };
    }

    private static ImmutableArray<Uri> ReadServers(YamlValue? value)
    {
        const string rule = "it must be an address of the HTTP API, such as https://silo-a.example:8443";
        static Uri? Parse(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 ? url : null;
        return [.. (value?.Items() ?? []).Select(item => Words.Matching(item, t => Parse(t) is not null, rule)).OfType<string>()
            .Select(t => Parse(t)!)];
    }

    /// <summary>Devices tell their class by their ids, and each scheduler is asked for all requests of the control side.</summary>
    private static void CheckNames(List<(YamlValue Item, ProviderSettings? Settings)> providers)
    {
        var known = providers.Where(p => p.Settings is not null).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, twice) in known.Where(p => !names.Add(p.Settings!.Name)))
            item.Fail($"{item.Path} is the second provider of the name '{twice!.Name}': each needs a name of its own.");
        var schedulers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, twice) in known.Where(p => !schedulers.Add(Words.Scheduler(p.Settings!))))
        {
            item.Fail($"{item.Path} ('{twice!.Name}') asks the same scheduler as a provider before it: give that one more classes, or "
                + "each would give back what the other borrowed.");
        }
        var classes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, settings) in known)
            foreach (var of in settings!.Classes.Where(c => !classes.Add(c.Name)))
                item.Fail($"{item.Path} has the second class of the name '{of.Name}' in this file: each needs a name of its own.");
    }

    private static void CheckTimes(List<(YamlValue Item, ProviderSettings? Settings)> providers, BorrowingOptions limits)
    {
        foreach (var (item, settings) in providers)
        {
            foreach (var of in (settings?.Classes ?? []).Where(c => c.Longest < c.StartUp + limits.LeastUse))
            {
                item.Fail($"longest of class '{of.Name}' in {item.Path} is {Words.Text(of.Longest)}: it must be at least startUp and "
                    + $"limits.leastUse together, {Words.Text(of.StartUp + limits.LeastUse)}, or it is never asked for.");
            }
        }
    }
}
