using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>One value of a job file with its path and line. Every reader adds an error and returns null where the rule is broken.</summary>
internal sealed class YamlValue(YamlNode node, string path, JobFileErrors errors)
{
    public YamlNode Node => node;
    public string Path => path;
    public int Line => (int)node.Start.Line;
    public bool IsScalar => node is YamlScalarNode;
    public bool IsMapping => node is YamlMappingNode;

    public void Fail(string message) => errors.Add(node, path, message, (node as YamlScalarNode)?.Value);

    /// <summary>Says the value and the rule.</summary>
    public void Refuse(string rule) => errors.Add(node, path, $"{path} is '{Shown}': {rule}.", Shown, rule);

    /// <summary>Says that a key is missing, and what it would have to be.</summary>
    public void Miss(string key, string rule) => errors.Add(node, PathOf(key), $"'{PathOf(key)}' is missing: {rule}.", null, rule);

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private string Shown => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode => "a list",
        _ => "a section",
    };

    public string? Text()
    {
        if (node is not YamlScalarNode scalar)
        {
            Refuse("it must be a single value");
            return null;
        }
        if (!string.IsNullOrEmpty(scalar.Value) && !(scalar.Style == ScalarStyle.Plain && scalar.Value is "~" or "null"))
            return scalar.Value;
        Fail($"{path} has no value: give one or leave the key out.");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? OneOf(params ReadOnlySpan<string> words)
    {
        var text = Text();
        if (text is null || words.Contains(text)) return text;
        Refuse($"it must be one of {string.Join(", ", words.ToArray())}");
        return null;
    }

    public double? Number(string rule, Func<double, bool> isAllowed)
    {
        if (Text() is not { } text) return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && isAllowed(value)) return value;
        Refuse($"it must be {rule}");
        return null;
    }

    public long? Integer(long minimum, long maximum)
    {
        if (Text() is not { } text) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= minimum && value <= maximum) return value;
        Refuse(maximum is int.MaxValue or long.MaxValue ? $"it must be an integer of at least {minimum}"
            : minimum == maximum ? $"it must be {minimum}" : $"it must be an integer from {minimum} to {maximum}");
        return null;
    }

    /// <summary>Seconds.</summary>
    public double? Duration() => Parsed(Quantities.Seconds, Quantities.DurationRule);

    /// <summary>Bytes.</summary>
    public long? Size() => Parsed(Quantities.Bytes, Quantities.SizeRule);

    /// <summary>The items of a list; a value that is no list stands for a list of one. An empty list is refused.</summary>
    public ImmutableArray<YamlValue> Items()
    {
        if (node is not YamlSequenceNode list) return [this];
        if (list.Children.Count == 0) Fail($"{path} is an empty list: give at least one value or leave the key out.");
        return [.. list.Children.Select((child, i) => new YamlValue(child, $"{path}[{i}]", errors))];
    }

    /// <summary>A section with a fixed set of keys; others are refused with the nearest one.</summary>
    public YamlSection? Section(ImmutableArray<string> keys)
    {
        if (Entries($"it must be a section with {string.Join(", ", keys)}") is not { } entries) return null;
        foreach (var (key, value) in entries.Where(e => !keys.Contains(e.Key)))
        {
            // The key that was meant is not sound either: nobody knows yet what stands there.
            var message = $"'{key}' is not a key of {(path.Length == 0 ? errors.Kind : path)}.{NearestName.Suggest(key, keys)}";
            errors.Add(value.KeyLine, PathOf(NearestName.Find(key, keys) ?? key), message, key);
        }
        return new YamlSection(this, entries.ToDictionary(e => e.Key, e => e.Value));
    }

    /// <summary>Key and value pairs with keys of the user's choice.</summary>
    public ImmutableArray<(string Key, YamlValue Value)>? Entries(string rule)
    {
        if (node is not YamlMappingNode mapping)
        {
            if (node is YamlScalarNode { Value: null or "" } && path.Length > 0) Fail($"{path} has no value: {rule}.");
            else if (path.Length == 0) Fail($"The file is {(node is YamlScalarNode ? "a single value" : "a list")}: {rule}.");
            else Refuse(rule);
            return null;
        }
        var entries = ImmutableArray.CreateBuilder<(string, YamlValue)>();
        foreach (var (keyNode, valueNode) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            entries.Add((key, new YamlValue(valueNode, PathOf(key), errors) { KeyLine = (int)keyNode.Start.Line }));
        }
        return entries.ToImmutable();
    }

    /// <summary>Line of the key, which differs from the value's where that begins on the next line.</summary>
    public int KeyLine { get; private init; }

    private T? Parsed<T>(Func<string, T?> parse, string rule) where T : struct
    {
        if (Text() is not { } text) return null;
        if (parse(text) is { } value) return value;
        Refuse(rule);
        return null;
    }
}

/// <summary>A section whose keys are known.</summary>
internal sealed class YamlSection(YamlValue self, IReadOnlyDictionary<string, YamlValue> values)
{
    public YamlValue Self => self;

    /// <summary>The value of a key; null where it is not given.</summary>
    public YamlValue? this[string key] => values.GetValueOrDefault(key);

    /// <summary>The value of a key that must be given.</summary>
    public YamlValue? Required(string key, string rule)
    {
        if (values.TryGetValue(key, out var value)) return value;
        self.Miss(key, rule);
        return null;
    }
}
