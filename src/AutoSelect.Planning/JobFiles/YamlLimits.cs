using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoSelect.Planning.JobFiles;

/// <summary>
/// What a file may ask of whoever reads it: nodes are made by recursion, and an alias stands for as many as its anchor does. Looked for in
/// the stream of events, which takes neither depth nor aliases to heart.
/// </summary>
internal static class YamlLimits
{
    /// <summary>Most sections and lists within each other; a job file has six.</summary>
    private const int Depth = 32;

    private const int Aliases = 100;

    /// <summary>The first limit that a file breaks; null where it keeps to all.</summary>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static (int Line, string Rule)? Broken(string text)
    {
        var parser = new Parser(new StringReader(text));
        // For each section that is open whether a key comes next; a list has none.
        var open = new Stack<bool?>();
        var aliases = 0;
        while (parser.MoveNext())
        {
            var (e, line) = (parser.Current!, (int)parser.Current!.Start.Line);
            if (e is AnchorAlias && ++aliases > Aliases) return (line, $"more than {Aliases} aliases: write them out");
            if (e is MappingEnd or SequenceEnd) open.Pop();
            if (e is not (NodeEvent or AnchorAlias)) continue;
            var isKey = open.TryPeek(out var next) && next == true;
            if (isKey && e is not Scalar) return (line, "a key that is no single value: it must be a word");
            if (next is not null && open.TryPop(out var before)) open.Push(!before);
            if (e is MappingStart) open.Push(true);
            else if (e is SequenceStart) open.Push(null);
            if (open.Count > Depth) return (line, $"more than {Depth} sections and lists within each other");
        }
        return null;
    }
}
