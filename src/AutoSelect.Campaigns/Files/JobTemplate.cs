using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Campaigns.Files;

/// <summary>A job file in which a campaign's points are filled in: values take the places that paths and placeholders name.</summary>
internal static partial class JobTemplate
{
    private static readonly ImmutableArray<string> OfAllCandidates = ["batchSizes", "ranks", "communication", "points", "modifiers"];

    /// <summary>The job of a point, as YAML.</summary>
    /// <param name="template">A job file.</param>
    /// <param name="space">Parameters.</param>
    /// <param name="values">One for each.</param>
    public static string Fill(string template, CampaignSpace space, ImmutableArray<string> values)
    {
        var root = Parse(template);
        for (var i = 0; i < values.Length; i++)
        {
            var key = space.Parameters[i].Key;
            if (HasPlaceholder(root, key)) Replace(root, "${" + key + "}", values[i]);
            else Set(root, key, values[i]);
        }
        return Text(root);
    }

    /// <summary>A job with these candidates alone, the first of which is the baseline.</summary>
    /// <param name="job">As YAML.</param>
    /// <param name="candidates">At least one.</param>
    /// <param name="price">Of a borrowed device; null for what the job says.</param>
    public static string WithCandidates(string job, IEnumerable<Candidate> candidates, double? price = null)
    {
        var root = Parse(job);
        ImmutableArray<Candidate> chosen = [.. candidates];
        foreach (var key in OfAllCandidates) root.Children.Remove(new YamlScalarNode(key));
        // A name that was made of values, such as adamw-lr0.001, becomes one that a file may declare.
        var names = IsProgram(root) ? Names(chosen) : null;
        root.Children[new YamlScalarNode("candidates")] = new YamlSequenceNode(names is null
            ? chosen.Select(CandidateNodes.Of) : chosen.Zip(names, CandidateNodes.OfProgram));
        // By its strategy: it stands for the first of its candidates, and names depend on what else takes part.
        root.Children[new YamlScalarNode("baseline")] = new YamlScalarNode(names?[0] ?? chosen[0].Strategy);
        if (price is { } p) Set(root, "probe.price", p.ToString("0.####", CultureInfo.InvariantCulture));
        return Text(root);
    }

    /// <summary>True where the candidates of a job depend on a parameter, so that those of two points are others.</summary>
    public static bool ChangesCandidates(string template, string key)
    {
        var root = Parse(template);
        string[] sections = [.. OfAllCandidates, "candidates", "baseline"];
        return HasPlaceholder(root, key)
            ? sections.Any(s => root.Children.TryGetValue(new YamlScalarNode(s), out var node) && HasPlaceholder(node, key))
            : sections.Contains(PartPattern().Match(key).Value);
    }

    private static List<string> Names(ImmutableArray<Candidate> candidates)
    {
        var names = candidates.Select(c => JobName.FromFile(c.Name + ".")).ToList();
        return names.Distinct().Count() == names.Count ? names : [.. names.Select((_, i) => $"candidate-{i + 1}")];
    }

    private static bool IsProgram(YamlMappingNode root) =>
        root.Children.TryGetValue(new YamlScalarNode("workload"), out var workload)
            && workload is YamlMappingNode section && section.Children.ContainsKey(new YamlScalarNode("command"));

    /// <summary>Why a key leads nowhere in a template, as a rule; null where it leads to one place or more.</summary>
    public static string? Broken(string template, string key)
    {
        var root = Parse(template);
        if (HasPlaceholder(root, key)) return null;
        if (!PathPattern().IsMatch(key)) return $"it must be a path such as workload.options.hidden, or stand in the job as ${{{key}}}";
        try
        {
            Set(root, key, "0");
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }

    /// <summary>Devices that a job probes on, by its file; the job file's default where it says nothing that can be read.</summary>
    public static int ProbeDevices(string template) =>
        int.TryParse(Probe(template, "devices"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count : new ProbeBudget().Devices;

    /// <summary>
    /// What a borrowed device's second is worth in the job; the job file's default where it says nothing that can be read.
    /// </summary>
    public static double ProbePrice(string template) =>
        double.TryParse(Probe(template, "price"), NumberStyles.Float, CultureInfo.InvariantCulture, out var price) && price >= 0
            ? price : new ProbeBudget().Price;

    /// <summary>How many labels a job has by its file.</summary>
    public static int Labels(string template) => (Within(template, "telemetry", "labels") as YamlMappingNode)?.Children.Count ?? 0;

    private static string? Probe(string template, string key) => (Within(template, "probe", key) as YamlScalarNode)?.Value;

    /// <summary>What stands under a key of a section; null where there is none.</summary>
    private static YamlNode? Within(string template, string section, string key) =>
        Parse(template).Children.TryGetValue(new YamlScalarNode(section), out var found) && found is YamlMappingNode keys
            && keys.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static bool HasPlaceholder(YamlNode root, string key) =>
        Scalars(root).Any(s => s.Value!.Contains("${" + key + "}", StringComparison.Ordinal));

    private static void Replace(YamlNode root, string placeholder, string value)
    {
        foreach (var scalar in Scalars(root)) scalar.Value = scalar.Value!.Replace(placeholder, value, StringComparison.Ordinal);
    }

    private static IEnumerable<YamlScalarNode> Scalars(YamlNode root) =>
        root.AllNodes.OfType<YamlScalarNode>().Where(s => s.Value is not null);

    /// <exception cref="ArgumentException">The path leads nowhere; the message is the rule.</exception>
    private static void Set(YamlMappingNode root, string path, string value)
    {
        YamlNode node = root;
        var parts = PartPattern().Matches(path).Select(m => m.Value).ToList();
        for (var i = 0; i < parts.Count; i++)
        {
            var (part, isLast) = (parts[i], i == parts.Count - 1);
            YamlNode next = isLast ? new YamlScalarNode(value) : new YamlMappingNode();
            if (part[0] == '[')
            {
                var index = int.Parse(part[1..^1], CultureInfo.InvariantCulture);
                if (node is not YamlSequenceNode list || index >= list.Children.Count)
                    throw new ArgumentException($"the job has no item {index} in the list '{string.Concat(parts[..i])}'");
                if (isLast) list.Children[index] = next;
                node = list.Children[index];
                continue;
            }
            if (node is not YamlMappingNode section)
                throw new ArgumentException($"the job has no section '{string.Join('.', parts[..i])}'");
            var name = new YamlScalarNode(part);
            if (isLast) section.Children[name] = next;
            else if (!section.Children.TryGetValue(name, out var there)) section.Children[name] = next;
            // A workload by its name alone is a section with that name.
            else if (i == 0 && part == "workload" && there is YamlScalarNode workload)
                section.Children[name] = new YamlMappingNode(new YamlScalarNode("name"), new YamlScalarNode(workload.Value));
            node = section.Children[name];
        }
    }

    private static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode as YamlMappingNode
            ?? throw new ArgumentException("A job must be a section with keys.", nameof(text));
    }

    /// <summary>Nodes as YAML.</summary>
    public static string Text(YamlNode root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        var text = writer.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        const string End = "...\n";
        return text.EndsWith(End, StringComparison.Ordinal) ? text[..^End.Length] : text;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_-]*(\[\d{1,4}\]|\.[A-Za-z_][A-Za-z0-9_-]*)*\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\[\d+\]|[^.\[\]]+")]
    private static partial Regex PartPattern();
}
