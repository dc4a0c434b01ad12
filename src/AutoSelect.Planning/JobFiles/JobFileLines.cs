using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>Where things stand in a job file, for errors that are found only after it was read.</summary>
/// <param name="root">The file's section.</param>
internal sealed class JobFileLines(YamlNode root)
{
    /// <summary>True when something is given at that path.</summary>
    public bool Has(string path) => Find(path).IsWhole;

    /// <summary>Line of a path such as candidates[1].batchSizes[0], or of the innermost part of it that is given.</summary>
    public int At(string path) => Find(path).Line;

    private (int Line, bool IsWhole) Find(string path)
    {
        var (node, line) = (root, (int)root.Start.Line);
        foreach (var part in path.Split('.', '['))
        {
            switch (node)
            {
                case YamlSequenceNode list when part.EndsWith(']'):
                    var isIndex = int.TryParse(part[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index);
                    if (!isIndex || index >= list.Children.Count) return (line, false);
                    node = list.Children[index];
                    line = (int)node.Start.Line;
                    break;
                // A single value stands for a list of one.
                case YamlScalarNode when part.EndsWith(']'):
                    break;
                case YamlMappingNode section when Child(section, part) is { Key: { } key, Value: var value }:
                    node = value;
                    line = (int)(value is YamlScalarNode ? value : key).Start.Line;
                    break;
                default:
                    return (line, false);
            }
        }
        return (line, true);
    }

    private static KeyValuePair<YamlNode, YamlNode> Child(YamlMappingNode section, string key) =>
        section.Children.FirstOrDefault(c => (c.Key as YamlScalarNode)?.Value == key);
}
