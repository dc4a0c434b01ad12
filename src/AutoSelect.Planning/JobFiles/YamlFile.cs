using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoSelect.Planning.JobFiles;

/// <summary>The text of a file as nodes, which know their lines.</summary>
internal static class YamlFile
{
    /// <param name="text">The file.</param>
    /// <param name="errors">Told what keeps it from being read.</param>
    /// <param name="parts">What it must have, for people.</param>
    /// <returns>Null where it cannot be read.</returns>
    public static YamlValue? Load(string text, JobFileErrors errors, string parts)
    {
        var stream = new YamlStream();
        try
        {
            if (YamlLimits.Broken(text) is { } broken)
            {
                errors.Add(broken.Line, "", $"Not read: {broken.Rule}.");
                return null;
            }
            stream.Load(new StringReader(text));
        }
        catch (YamlException fault)
        {
            if (TabIn(text) is { } line) errors.Add(line, "", "Not valid YAML: a tab stands in the indentation: indent with spaces.");
            else errors.Add((int)fault.Start.Line, "", $"Not valid YAML: {(fault.InnerException ?? fault).Message.TrimEnd('.')}.");
            return null;
        }
        // The parser's own slips over nonsense, such as a bracket after a line that goes on.
        catch (Exception slip) when (slip is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            errors.Add(1, "", "Not valid YAML: brackets, quotes or colons do not go together.");
            return null;
        }
        if (stream.Documents.Count == 0)
        {
            errors.Add(1, "", $"The file is empty: it must have {parts}.");
            return null;
        }
        if (stream.Documents.Count > 1)
            errors.Add(stream.Documents[1].RootNode, "", $"{stream.Documents.Count} documents: {errors.Kind} holds one.");
        return new YamlValue(stream.Documents[0].RootNode, "", errors);
    }

    // The parser stumbles over a tab elsewhere, or tells the line of the section that it stands in.
    private static int? TabIn(string text)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var content = line.TrimStart(" \t");
            if (content.Length > 0 && content[0] != '#' && line[..^content.Length].Contains('\t')) return number;
        }
        return null;
    }
}
